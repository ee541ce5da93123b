"""What is edited or deleted in Slack follows on the ticket."""

import asyncio

import pytest

from tests.bot.conftest import words
from tests.bot.conversation.conftest import changed, deleted, event, later
from tests.conftest import LONGEST_WAIT


@pytest.fixture
async def card(file, slack):
    return await file(by=slack.ada)


@pytest.fixture
async def said(slack, card, reply):
    """A comment, which is on the card."""
    message = await reply(card, "The 3rd floor", by=slack.ada)
    await slack.until(lambda: "The 3rd floor" in words(card))
    return message


async def test_the_card_says_what_the_message_says(slack, card, said, comments, ticket):
    await slack.edit(said, "The 4th floor", by=slack.ada)

    assert await comments() == [("The 4th floor", slack.ada.id, False)]
    [*_, entry] = (await ticket())["timeline"]
    assert (entry["what"], entry["by"]["slack_id"]) == ("edited", slack.ada.id)
    await slack.until(lambda: "The 4th floor" in words(card))


async def test_the_newest_edit_counts_in_whatever_order_they_come(slack, said, comments):
    await slack.event(changed(said, "The 5th floor", edited=later(said, 40)))
    await slack.event(changed(said, "The 4th floor", edited=later(said, 30)))
    await slack.event(changed(said, "The 5th floor!", edited=later(said, 40)))

    assert await comments() == [("The 5th floor", slack.ada.id, False)]


async def test_a_preview_under_a_link_is_no_edit(slack, card, reply, ticket):
    said = await reply(card, "See https://example.com", by=slack.olga)
    before = await ticket()

    await slack.unfurl(said)

    now = await ticket()
    assert (now["comments"], now["timeline"]) == (before["comments"], before["timeline"])


async def test_an_edited_note_stays_one(slack, card, reply, comments):
    note = await reply(card, "Acme is slow", by=slack.olga)

    await slack.event(changed(note, "Acme is very slow", edited=later(note, 1)))

    assert await comments() == [("Acme is very slow", slack.olga.id, True)]


async def test_search_follows_what_is_edited_and_deleted(slack, card, said, reply, program):
    note = await reply(card, "Acme is slow", by=slack.olga)

    async def found(q):
        return len((await program.get(f"/api/tickets?q={q}")).body["items"])

    assert [await found(q) for q in ("3rd", "acme", "floor+slow")] == [1, 1, 1]
    await slack.edit(said, "The 4th floor", by=slack.ada)
    await slack.delete(note, by=slack.olga)
    assert [await found(q) for q in ("3rd", "4th", "acme", "floor")] == [0, 1, 0, 1]


async def test_what_was_edited_before_it_was_heard_of_is_kept_as_it_is(slack, card, comments):
    unheard = slack.say("Seen", by=slack.olga, channel="#helpdesk", thread_ts=card.ts)

    await slack.event(changed(unheard, "Seen it", edited=later(unheard, 1)))
    await slack.event(event(card, "Seen", by=slack.olga, ts=unheard.ts))

    assert await comments() == [("Seen it", slack.olga.id, True)]


async def test_an_edit_that_comes_along_with_what_it_edits_is_not_lost(slack, card, comments):
    for _ in range(5):
        said = slack.say("Seen", by=slack.olga, channel="#helpdesk", thread_ts=card.ts)
        both = (
            event(card, "Seen", by=slack.olga, ts=said.ts),
            changed(said, "Seen it", edited=later(said, 1)),
        )
        await asyncio.gather(*map(slack.event, both))

    assert await comments() == [("Seen it", slack.olga.id, True)] * 5


@pytest.mark.parametrize("how", ["deleted", "tombstone"])
async def test_what_is_deleted_is_gone_and_the_timeline_says_so(
    slack, card, said, comments, ticket, program, how
):
    etag = (await program.get("/api/tickets/1")).headers["ETag"]
    if how == "deleted":
        await slack.delete(said, by=slack.ada)
    else:
        left = {"subtype": "tombstone", "user": "USLACKBOT"}
        await slack.event(changed(said, "This message was deleted.", **left))

    now = await ticket()
    assert await comments() == [("", slack.ada.id, False)]
    [*_, entry] = now["timeline"]
    assert (entry["what"], entry["by"]["slack_id"]) == ("withdrawn", slack.ada.id)
    assert "3rd floor" not in str(now)
    await slack.until(lambda: "3rd floor" not in words(card))
    assert "comment" not in words(card)
    answer = await program.get("/api/tickets/1")
    assert [one["message"] for one in answer.body["comments"]] == [""]
    assert answer.headers["ETag"] != etag
    shown = await slack.command("status 1", by=slack.olga)
    assert "withdrawn" in words(shown.message)


async def test_what_is_deleted_stays_so(slack, said, comments, ticket):
    await slack.event(deleted(said))
    before = await ticket()

    await slack.event(changed(said, "The 4th floor", edited=later(said, 90)))
    await slack.event(deleted(said))

    now = await ticket()
    assert now["comments"] == before["comments"]
    assert len(now["timeline"]) == len(before["timeline"])


async def test_what_was_deleted_before_it_was_heard_of_never_comes(slack, card, comments):
    unheard = slack.say("zebra", by=slack.olga, channel="#helpdesk", thread_ts=card.ts)

    await slack.event(deleted(unheard))
    await slack.event(event(card, "zebra", by=slack.olga, ts=unheard.ts))

    assert await comments() == [("", slack.olga.id, True)]


async def test_an_edit_is_another_ticket_to_who_expects_the_one_before(slack, said, program):
    before = await program.get("/api/tickets/1")

    await slack.event(changed(said, "The 4th floor", edited=later(said, 30)))

    now = await program.get("/api/tickets/1")
    assert now.headers["ETag"] != before.headers["ETag"]
    assert now.body["version"] == before.body["version"]
    stale = {"If-Match": before.headers["ETag"]}
    refused = await program.patch("/api/tickets/1", {"priority": "low"}, headers=stale)
    assert refused.status == 412


async def test_an_edit_is_found_where_the_card_is_another_by_now(slack, said, database, comments):
    await database.tickets.update_one({}, {"$set": {"deliveries.$[].ts": "1.000001"}})

    await slack.event(changed(said, "The 4th floor", edited=later(said, 30)))

    assert await comments() == [("The 4th floor", slack.ada.id, False)]


async def test_words_of_somebody_who_is_disabled_are_withdrawn_too(slack, said, store, ticket):
    account = await store.accounts.of_slack_user(slack.ada.id, name="ada")
    await store.accounts.change(account.id, {"disabled": True})
    async with asyncio.timeout(LONGEST_WAIT):
        while "disabled" not in (await slack.command("list", by=slack.ada)).text:
            await asyncio.sleep(0.1)

    await slack.delete(said, by=slack.ada)

    async with asyncio.timeout(LONGEST_WAIT):
        while (await ticket())["comments"][0]["message"]:
            await asyncio.sleep(0.01)
