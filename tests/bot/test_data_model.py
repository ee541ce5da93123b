"""docs/data-model.md against the documents that a running desk really writes."""

import re
from datetime import time
from pathlib import Path

import pytest

from core.store.migrations.migrations import INDEXES
from localslack import Fault
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import card_of
from tests.bot.conversation.conftest import changed, known, later
from tests.bot.reports.test_digest import digests

PAGE = (Path(__file__).parents[2] / "docs" / "data-model.md").read_text()
PERSON = {"_id", "name", "slack_id"}
# Their fields are named by what they are about: fields of the ticket, tickets, kinds of alerts.
BY_WHAT_IS_IN_THEM = {"timeline.changes", "shown", "rang"}


def section(heading):
    return PAGE.split(f"\n## {heading}")[1].split("\n## ")[0]


def named(text):
    """The fields in the first column of its tables, and those that a type is made of."""
    fields = set()
    for first, kind in re.findall(r"^\| (`[^|]+`) \|(.*)", text, re.MULTILINE):
        names = re.findall(r"`([\w.]+)`", first)
        parts = re.search(r"`\{([\w, ]+)\}`", kind)
        fields |= {*names}
        fields |= (
            {f"{name}.{part}" for name in names for part in parts[1].split(", ")}
            if parts
            else set()
        )
    return fields


def fields_of(value, path=""):
    """Of a document and all in it: an array has those of what it holds."""
    if isinstance(value, list):
        return {field for each in value for field in fields_of(each, path)}
    if not isinstance(value, dict) or path in BY_WHAT_IS_IN_THEM:
        return set()
    if path and value.keys() <= PERSON:
        return set()
    found = set()
    for name, inner in value.items():
        field = f"{path}.{name}" if path else name
        found |= {field} | fields_of(inner, field)
    return found


def told(collection):
    """The fields of a collection's documents that the page tells of."""
    if collection != "tickets":
        return named(section(collection))
    return named(section("tickets")) | named(section("What Slack is owed"))


async def assert_the_page_tells_of_all(database):
    collections = await database.list_collection_names()
    for collection in collections:
        documents = await database[collection].find().to_list()
        written = {field for each in documents for field in fields_of(each)}
        assert written <= told(collection), collection


@pytest.mark.parametrize(
    "index", [f"{name}.{each.document['name']}" for name, all in INDEXES.items() for each in all]
)
def test_every_index_is_there(index):
    assert f"`{index}`" in section("Indexes")


async def test_all_that_work_on_a_ticket_leaves_behind(slack, start, database, clock, store):
    """From the form to the end: words, waiting, alerts that are put off, the board, the digest."""
    async with start(soon_percent=75, digest_time=time(12, 30)):
        await slack.command("new", by=slack.ada)
        await slack.submit(await slack.modal(by=slack.ada), title="VPN is down", priority="high")
        await slack.until(lambda: slack.direct_messages(slack.ada))
        for words in ("comment 1 Seen", "note 1 Again", "assign 1 me", "hold 1"):
            await slack.command(words, by=slack.olga)
        await slack.command("comment 1 So it is", by=slack.ada)
        card = await slack.until(lambda: card_of(slack, "T-1"))
        await known(store, card)
        said = await slack.post("Hm", by=slack.olga, channel="#helpdesk", thread_ts=card.ts)
        await slack.event(changed(said, "Hm!", edited=later(said, 1)))
        await slack.command("new high Mail is slow", by=slack.ben)
        await slack.until(lambda: card_of(slack, "T-2"))
        clock.forward(hours=3, milliseconds=1)
        await slack.until(lambda: alerts_in(slack))
        clock.forward(hours=1)
        # That both are soon late may be one message, or the other's is left out by now.
        await slack.until(lambda: len(alerts_in(slack)) >= 3)
        await slack.until(lambda: digests(slack))
        await slack.command("ack 1", by=slack.olga)
        await slack.command("snooze 2 2h", by=slack.olga)
        await slack.until(lambda: any("Snoozed" in alert.text for alert in alerts_in(slack)))
        await slack.command("resolve 1", by=slack.olga)
        card = await slack.until(lambda: card_of(slack, "T-1"))
        await slack.until(lambda: "resolved" in card.text)

    assert await database["digests"].count_documents({"ts": {"$exists": True}}) == 1
    assert await database["boards"].count_documents({"said": {"$exists": True}}) == 1
    assert await database["tickets"].count_documents({"comments.edits": 1}) == 1
    assert await database["tickets"].count_documents({"alert.snoozed.by": {"$exists": True}}) == 1
    await assert_the_page_tells_of_all(database)


async def test_all_that_an_answer_which_got_lost_leaves_behind(
    slack, file, clock, database, looked, expire
):
    await file()
    slack.fail("chat.postMessage", Fault.cut_before())
    clock.forward(hours=5)
    await looked(but=["cards"])
    await assert_the_page_tells_of_all(database)

    await expire(held=False)
    await slack.until(lambda: alerts_in(slack))

    assert await database["tickets"].count_documents({"alert.watch": {"$exists": True}}) == 1
    await assert_the_page_tells_of_all(database)


async def test_all_that_very_many_at_once_leave_behind(
    slack, desk_url, filed_without_cards, clock, database
):
    await filed_without_cards(101)

    clock.forward(hours=5)

    [alert] = await slack.until(lambda: alerts_in(slack))
    assert "101 tickets are late" in alert.text
    await assert_the_page_tells_of_all(database)
