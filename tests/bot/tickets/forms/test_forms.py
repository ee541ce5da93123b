"""Assign, wait and resolve in forms: from a card's menu, and from commands that say no more."""

from datetime import timedelta

import pytest

from tests.bot.conftest import card_of, preset, words
from tests.support import slack_requests


@pytest.fixture
def menu(slack):
    """Chooses in the menu of a card, and gives the form that opens."""

    async def chosen(card, what, *, by):
        await slack.click(card, "more", choose=what, by=by)
        return await slack.modal(by=by)

    return chosen


@pytest.fixture
def shown(program):
    async def now():
        return (await program.get("/api/tickets/1")).body

    return now


async def somebody(slack, form, name, *, by):
    answer = await slack.suggest(form, "assignee", "assignee", name, by=by)
    return {one["text"]["text"]: one["value"] for one in answer.suggested["options"]}


async def test_a_card_offers_every_form(slack, file, menu):
    card = await file()

    titles = {
        what: (await menu(card, what, by=slack.olga)).title
        for what in ("Edit…", "Assign…", "Wait until…", "Resolve with words…")
    }

    assert titles == {
        "Edit…": "Edit T-1",
        "Assign…": "Assign T-1",
        "Wait until…": "T-1 waits",
        "Resolve with words…": "Resolve T-1",
    }


async def test_a_ticket_is_assigned_in_a_form_to_one_of_the_agents_or_nobody(slack, file, shown):
    await file()
    await slack.command("assign 1", by=slack.olga)
    form = await slack.modal(by=slack.olga)
    assert preset(form, "assignee") == "nobody"
    offered = await somebody(slack, form, "", by=slack.olga)
    assert {"Nobody", "olga"} <= set(offered)
    assert "ada" not in offered

    await slack.submit(form, by=slack.olga, assignee=offered["olga"])
    assert (await shown())["assignee"]["name"] == "olga"

    await slack.command("assign T-1", by=slack.amir)
    form = await slack.modal(by=slack.amir)
    await somebody(slack, form, "no", by=slack.amir)
    await slack.submit(form, by=slack.amir, assignee="nobody")
    assert (await shown())["assignee"] is None


async def test_a_ticket_waits_for_somebody_until_a_time(slack, file, menu, shown, clock):
    card = await file()
    form = await menu(card, "Wait until…", by=slack.olga)
    until = clock() + timedelta(hours=3)

    await slack.submit(
        form, by=slack.olga, waiting_for=" Acme  Networks ", waiting_until=int(until.timestamp())
    )

    now = await shown()
    assert (now["status"], now["waiting_for"]) == ("waiting", "Acme Networks")
    assert now["waiting_until"] == "2026-03-02T12:00:00.000Z"
    await slack.until(lambda: "until" in words(card))
    # Opened again, it has what is so now.
    form = await menu(card, "Wait until…", by=slack.amir)
    assert preset(form, "waiting_for") == "Acme Networks"
    await slack.submit(form, by=slack.amir, waiting_for="Bolt")
    now = await shown()
    assert (now["waiting_for"], now["waiting_until"]) == ("Bolt", "2026-03-02T12:00:00.000Z")
    clock.forward(hours=3)
    await slack.until(lambda: "Open" in words(card))


async def test_wait_alone_opens_it_and_hold_waits_for_the_requester(slack, file, shown):
    await file()
    await slack.command("wait T-1", by=slack.olga)
    form = await slack.modal(by=slack.olga)
    await slack.submit(form, by=slack.olga)
    assert (await shown())["waiting_for"] == "requester"
    await slack.command("start 1", by=slack.olga)

    answer = await slack.command("hold 1", by=slack.olga)

    assert answer.text == "T-1 is waiting for the requester."


@pytest.mark.parametrize(
    ("typed", "whom", "until"),
    [
        ("wait 1 Acme until 3h", "Acme", "2026-03-02T12:00:00.000Z"),
        ("hold T-1 until tomorrow", "requester", "2026-03-03T09:00:00.000Z"),
        ("wait 1 for Acme until 2 weeks", "Acme", "2026-03-16T09:00:00.000Z"),
        ("wait 1 until they call", "until they call", None),
        ("wait 1 Acme until 900d", "Acme until 900d", None),
    ],
)
async def test_until_when_it_waits_may_be_typed(slack, file, shown, typed, whom, until):
    await file()

    answer = await slack.command(typed, by=slack.olga)

    now = await shown()
    assert (now["waiting_for"], now["waiting_until"]) == (whom, until)
    assert ("until <!date^" in answer.text) == bool(until)


async def test_two_who_put_it_on_hold_for_others_see_each_other(slack, file, menu, shown):
    card = await file()
    mine = await menu(card, "Wait until…", by=slack.olga)
    theirs = await menu(card, "Wait until…", by=slack.amir)
    await slack.submit(mine, by=slack.olga, waiting_for="Acme")

    await slack.submit(theirs, by=slack.amir, waiting_for="Bolt")

    assert "<@U0OLGA> made it *Acme* meanwhile" in str(theirs.blocks)
    assert (await shown())["waiting_for"] == "Acme"
    await slack.submit(theirs, by=slack.amir)
    assert (await shown())["waiting_for"] == "Bolt"


async def test_what_went_on_meanwhile_waits_again_as_the_form_says(slack, file, menu, shown):
    card = await file()
    await slack.command("wait 1 Acme", by=slack.olga)
    form = await menu(card, "Wait until…", by=slack.olga)
    await slack.command("start 1", by=slack.amir)

    await slack.submit(form, by=slack.olga)

    assert (await shown())["waiting_for"] == "Acme"


@pytest.mark.parametrize(
    ("typed", "field", "complaint"),
    [
        ({"waiting_until": 1_700_000_000}, "waiting_until", "must be yet to come"),
        ({"waiting_until": 9_999_999_999}, "waiting_until", "at most a year away"),
    ],
)
async def test_a_time_that_cannot_be_is_pointed_out_beside_it(
    slack, file, menu, shown, typed, field, complaint
):
    form = await menu(await file(), "Wait until…", by=slack.olga)

    answer = await slack.submit(form, by=slack.olga, **typed)

    assert complaint in answer.errors[field]
    assert (await shown())["status"] == "open"


async def test_what_ended_meanwhile_does_not_wait(slack, file, menu, shown):
    form = await menu(await file(), "Wait until…", by=slack.olga)
    await slack.command("resolve 1", by=slack.amir)

    answer = await slack.submit(form, by=slack.olga, waiting_for="Acme")

    assert "T-1 is resolved; reopen it" in answer.errors["waiting_for"]
    assert form.is_open


async def test_it_is_resolved_with_words_for_its_requester_and_a_reason(
    slack, file, menu, shown, database
):
    card = await file(by=slack.ada)
    form = await menu(card, "Resolve with words…", by=slack.olga)

    await slack.submit(form, by=slack.olga, message="It was the fuse.", reason="duplicate")

    now = await shown()
    assert (now["status"], now["assignee"]["name"]) == ("resolved", "olga")
    assert [one["message"] for one in now["comments"]] == ["It was the fuse."]
    assert now["version"] == 2
    assert now["reason"] == "duplicate"
    await slack.until(lambda: "(duplicate)" in words(card))
    await slack.command("reopen 1", by=slack.ada)
    assert (await database["tickets"].find_one())["reason"] is None


async def test_both_may_be_left_out_and_resolve_stays_the_quick_verb(slack, file, menu, shown):
    form = await menu(await file(), "Resolve with words…", by=slack.olga)
    await slack.submit(form, by=slack.olga)
    assert ((await shown())["status"], (await shown())["comments"]) == ("resolved", [])
    await slack.command("reopen 1", by=slack.olga)

    answer = await slack.command("resolve 1", by=slack.olga)

    assert answer.text == "T-1 is resolved."


@pytest.mark.parametrize("faster", ["close", "resolve"])
async def test_what_is_done_meanwhile_is_not_resolved_and_the_words_stay(
    slack, file, menu, shown, faster
):
    form = await menu(await file(), "Resolve with words…", by=slack.olga)
    await slack.command(f"{faster} 1", by=slack.amir)

    answer = await slack.submit(form, by=slack.olga, message="It was the fuse.", reason="not_done")

    assert f"T-1 is {faster}d already by amir" in answer.errors["message"]
    assert form.is_open
    assert (await shown())["comments"] == []


async def test_requesters_get_no_form_of_agents(slack, file):
    card = await file(by=slack.ada)
    for what in ("Assign…", "Wait until…", "Resolve with words…"):
        told = await slack.click(card, "more", choose=what, by=slack.ada)
        await slack.until(lambda told=told: told.message)
        assert "Only agents can" in told.message.text
    said = await slack.command("wait 1", by=slack.ada)
    assert "Only agents can put tickets on hold" in said.text


async def test_what_is_done_has_fewer(slack, file):
    card = await file()
    await slack.command("resolve 1", by=slack.olga)
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await slack.until(lambda: "resolved" in card.text)

    [menu] = [
        one
        for block in card.blocks
        if block["type"] == "actions"
        for one in block["elements"]
        if one["type"] == "overflow"
    ]
    assert [one["text"]["text"] for one in menu["options"]] == ["Edit…", "Assign…"]


async def test_a_form_that_slack_tells_of_again_is_done_once(slack, file, menu, shown):
    form = await menu(await file(), "Resolve with words…", by=slack.olga)
    await slack.submit(form, by=slack.olga, message="It was the fuse.")
    await slack.command("reopen 1", by=slack.olga)

    assert (await slack.repeat_last()).status == 200

    now = await shown()
    assert len(now["comments"]) == 1


@pytest.mark.parametrize("value", ["", "delete x", "edit", "wait 999", "resolve T-1 x"])
async def test_a_choice_that_is_none_is_refused(slack, file, shown, value):
    await file()
    payload = slack_requests.pressed("more", by=slack_requests.OLGA)
    payload["actions"][0]["selected_option"] = {"value": value}

    answer = await slack_requests.send(slack, slack_requests.form(payload))

    assert answer.status == 200
    assert (await shown())["version"] == 1
