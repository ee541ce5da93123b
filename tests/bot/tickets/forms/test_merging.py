"""Two people with one ticket's forms at once: nothing that anybody typed is lost."""

from itertools import product

import pytest

from core.people.accounts import Role
from tests.bot.conftest import preset
from tests.support import slack_requests

# What each of the two makes of a field, and how it was.
WAS = {"title": "VPN is down", "description": "", "priority": "high", "assignee": None}
OLGAS = {"title": "VPN is slow", "description": "Since nine", "priority": "low"}
AMIRS = {"title": "VPN is gone", "description": "Since ten", "priority": "medium"}


@pytest.fixture
async def ids(slack, file, program, database):
    """The ticket's form offers those who have an account."""
    await file()
    for person in (slack.olga, slack.amir):
        await slack.command("list", by=person)
    rows = database["accounts"].find({"slack_id": {"$exists": True}})
    return {row["slack_id"]: str(row["_id"]) async for row in rows}


@pytest.fixture
def edit(slack):
    async def opened(by):
        await slack.command("edit 1", by=by)
        return await slack.modal(by=by)

    return opened


@pytest.fixture
def choose(slack):
    """The value of somebody in the menu of people."""

    async def chosen(form, name, *, by):
        answer = await slack.suggest(form, "assignee", "assignee", name, by=by)
        [option] = [
            one for one in answer.suggested["options"] if one["text"]["text"].startswith(name)
        ]
        return option["value"]

    return chosen


@pytest.fixture
def shown(program):
    async def now():
        ticket = (await program.get("/api/tickets/1")).body
        assignee = ticket["assignee"] and ticket["assignee"]["_id"]
        return {field: ticket[field] for field in WAS} | {"assignee": assignee}

    return now


def clash(form):
    """What stands below which field."""
    found, field = {}, None
    for block in form.blocks:
        if block["type"] == "input":
            field = block["block_id"]
        elif block["type"] == "context" and field:
            found[field] = block["elements"][0]["text"]
    return found


async def test_of_two_who_edit_one_ticket_nobody_loses_a_word(
    slack, ids, edit, choose, shown, program, database
):
    fields = list(WAS)
    for number, (first, second) in enumerate(product(fields, fields)):
        slack_ids = (slack.olga, slack.amir)
        await program.patch("/api/tickets/1", WAS)
        assert await shown() == WAS
        mine, theirs = await edit(slack.olga), await edit(slack.amir)
        olgas = OLGAS | {"assignee": await choose(mine, "olga", by=slack.olga)}
        amirs = AMIRS | {"assignee": await choose(theirs, "amir", by=slack.amir)}
        assert olgas["assignee"] == ids[slack_ids[0].id]

        await slack.submit(mine, by=slack.olga, **{first: olgas[first]})
        assert not mine.is_open, (number, first)
        await slack.submit(theirs, by=slack.amir, **{second: amirs[second]})

        if first != second:
            assert not theirs.is_open, (first, second)
            assert await shown() == WAS | {first: olgas[first], second: amirs[second]}
            continue
        # It is where it was, with what the other made of it, and nothing is saved.
        assert theirs.is_open
        assert await shown() == WAS | {first: olgas[first]}
        assert preset(theirs, second) == amirs[second]
        told = clash(theirs)
        assert set(told) == {second}
        present = "<@U0OLGA>" if second == "assignee" else olgas[second]
        assert f"<@U0OLGA> made it *{present}* meanwhile" in told[second]
        await slack.submit(theirs, by=slack.amir)
        assert not theirs.is_open
        assert await shown() == WAS | {first: amirs[first]}


async def test_what_others_changed_stays_also_when_a_clash_is_sent_once_more(
    slack, ids, edit, shown, program
):
    form = await edit(slack.olga)
    await program.patch("/api/tickets/1", {"title": "VPN is gone", "description": "Since ten"})
    await slack.submit(form, by=slack.olga, title="VPN is slow")
    assert set(clash(form)) == {"title"}
    await program.patch("/api/tickets/1", {"priority": "low"})

    await slack.submit(form, by=slack.olga)

    now = await shown()
    assert (now["title"], now["description"], now["priority"]) == (
        "VPN is slow",
        "Since ten",
        "low",
    )


async def test_it_clashes_again_where_somebody_is_faster_again(slack, ids, edit, shown, program):
    form = await edit(slack.olga)
    await program.patch("/api/tickets/1", {"title": "VPN is gone"})
    await slack.submit(form, by=slack.olga, title="VPN is slow")
    await program.patch("/api/tickets/1", {"title": "VPN burns"})

    await slack.submit(form, by=slack.olga)

    assert "VPN burns" in clash(form)["title"]
    assert preset(form, "title") == "VPN is slow"
    await slack.submit(form, by=slack.olga, title="VPN burns slowly")
    assert (await shown())["title"] == "VPN burns slowly"


async def test_the_same_said_by_both_is_no_clash(slack, ids, edit, shown, program):
    form = await edit(slack.olga)
    await program.patch("/api/tickets/1", {"title": "VPN is gone"})

    await slack.submit(form, by=slack.olga, title="VPN is gone")

    assert not form.is_open


async def test_words_typed_after_an_answer_got_lost_are_not_taken_for_a_repeat(
    slack, ids, shown, program
):
    ticket = (await program.get("/api/tickets/1")).body["_id"]

    async def sent(title):
        view = {
            "callback_id": f"edit_ticket:{ticket}:1",
            "blocks": [{"type": "input", "block_id": "title"}],
            "state": {"values": {"title": {"title": {"type": "plain_text_input", "value": title}}}},
        }
        payload = slack_requests.sent(by=slack_requests.OLGA, view=view)
        return await slack_requests.send(slack, slack_requests.form(payload))

    assert (await sent("VPN is slow")).body == (await sent("VPN is slow")).body == b""
    again = (await sent("VPN is very slow")).json

    assert again["response_action"] == "update"
    assert "<@U0OLGA> made it *VPN is slow* meanwhile" in str(again["view"]["blocks"])
    assert "VPN is very slow" in str(again["view"]["blocks"])
    assert (await shown())["title"] == "VPN is slow"


async def test_who_is_no_agent_any_more_is_not_assigned(slack, ids, edit, database, program, store):
    account = await store.accounts.add(
        name="Zoe", email="zoe@example.com", password_hash="x", role=Role.AGENT
    )
    form = await edit(slack.olga)
    answer = await slack.suggest(form, "assignee", "assignee", "zoe", by=slack.olga)
    [zoe] = answer.suggested["options"]
    assert zoe["value"] == account.id
    await database["accounts"].update_one({"name": "Zoe"}, {"$set": {"role": "user"}})

    answer = await slack.submit(form, by=slack.olga, assignee=zoe["value"], title="VPN is slow")

    assert "must be an agent or admin; Zoe is neither" in answer.errors["assignee"]
    assert (await program.get("/api/tickets/1")).body["title"] == "VPN is down"


async def test_users_are_offered_nobody(slack, ids, edit):
    form = await edit(slack.ada)

    assert [block["block_id"] for block in form.blocks] == ["title", "description"]


async def test_what_is_gone_meanwhile_is_said(slack, ids, edit, database):
    form = await edit(slack.olga)
    await database["tickets"].delete_one({"number": 1})

    answer = await slack.submit(form, by=slack.olga, title="VPN is slow")

    assert answer.errors["title"].startswith("There is no such ticket")


@pytest.mark.parametrize("typed", ["  ", "\u200b"])
async def test_an_empty_title_is_pointed_out_beside_it(slack, ids, edit, typed):
    form = await edit(slack.olga)

    answer = await slack.submit(form, by=slack.olga, title=typed)

    assert "blank" in answer.errors["title"]


async def test_whom_and_until_when_it_waits_stay_as_they_were_typed(slack, file, program, clock):
    await file()
    await slack.command("wait 1", by=slack.olga)
    form = await slack.modal(by=slack.olga)
    waits = {"status": "waiting", "waiting_for": "Bolt"}
    assert (await program.patch("/api/tickets/1", waits)).status == 200
    until = int(clock().timestamp()) + 7200

    await slack.submit(form, by=slack.olga, waiting_for="Acme", waiting_until=until)

    assert "made it *Bolt* meanwhile" in str(form.blocks)
    assert preset(form, "waiting_for") == "Acme"
    elements = [
        block["element"] for block in form.blocks if block.get("block_id") == "waiting_until"
    ]
    assert [one.get("initial_date_time") for one in elements] == [until]
    await slack.submit(form, by=slack.olga)
    now = (await program.get("/api/tickets/1")).body
    assert (now["waiting_for"], now["waiting_until"]) == ("Acme", "2026-03-02T11:00:00.000Z")
