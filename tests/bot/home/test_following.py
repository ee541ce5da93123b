"""Home tabs that people look at follow what changes, at a measured pace, and nobody else's do."""

import json
from dataclasses import replace

import pytest

from bot.home.contents import Contents
from bot.home.place import Place
from bot.home.tabs import APART, AT_ONCE, LOOKED_AT, MOST, PUBLISHED, HomeTabs
from core.people.accounts import Role, Via
from core.tickets import Changes, NewComment, NewTicket, Status
from core.tickets.finding.query import TicketQuery
from localslack import Fault
from tests.support.slack_requests import JSON


async def test_what_others_do_is_shown_while_somebody_looks(slack, file, tab, program):
    await file("VPN is down", by=slack.ada)
    ada, olga = await tab(slack.ada), await tab(slack.olga)
    await olga.choose("unassigned")

    await slack.command("claim 1", by=slack.amir)

    await slack.until(lambda: "<@U0AMIR>" in ada.lines[0])
    await slack.until(lambda: olga.numbers == [])
    await program.file("Mail is slow")
    await slack.until(lambda: olga.numbers == [2])


async def test_a_ticket_that_is_late_by_now_is_marked(slack, file, tab, clock):
    await file("VPN is down", by=slack.ada)
    ada = await tab(slack.ada)

    clock.forward(hours=5)

    await slack.until(lambda: ada.lines[0].startswith(":rotating_light:"))


@pytest.mark.parametrize("fault", [Fault.rate_limited(1), Fault.status(503)], ids=["429", "503"])
async def test_what_slack_did_not_take_is_published_later(slack, file, tab, fault):
    await file("VPN is down", by=slack.ada)
    ada = await tab(slack.ada)
    slack.fail("views.publish", fault)

    await slack.command("claim 1", by=slack.olga)

    await slack.until(lambda: "<@U0OLGA>" in ada.lines[0])


async def test_a_stranger_reads_that_the_desk_is_anothers(slack, desk_url, file, database):
    await slack.until(lambda: [call for call in slack.calls_of("auth.test") if call.seconds])
    await file("The desk knows whose it is")
    before = await database.accounts.count_documents({})
    event = {"type": "app_home_opened", "user": "U0BEN", "channel": "D0BEN", "tab": "home"}

    await elsewhere(slack, event)

    home = await slack.until(lambda: slack.workspace.views.homes.get("U0BEN"))
    assert [block["text"]["text"] for block in home.blocks] == [
        "This desk belongs to another Slack workspace and takes nothing from this one."
    ]
    assert await database.accounts.count_documents({}) == before


async def elsewhere(slack, event):
    body = {
        "type": "event_callback",
        "team_id": "T0OTHER",
        "api_app_id": "A0LOCAL",
        "event": event | {"event_ts": "1.1"},
        "event_id": "Ev1",
        "event_time": 1,
    }
    content = json.dumps(body).encode()
    reply = await slack.send(content, slack.signed(content) | JSON)
    assert reply.status == 200


class Seconds:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def tabs(desk, client, seconds):
    """Those of a desk that looks when it is told to."""
    return HomeTabs(Contents(desk), client, now=seconds)


@pytest.fixture
def filed(desk):
    async def done(slack_id, title="VPN is down"):
        by = (await desk.people.slack_user(slack_id)).acting(Via.SLACK)
        return await desk.open_ticket(NewTicket(title=title), by=by)

    return done


def published(slack):
    return [call.given["user_id"] for call in slack.calls_of("views.publish")]


async def test_a_tab_is_published_every_three_seconds_at_most(slack, tabs, seconds, filed):
    await tabs.show("U0ADA", Place())
    await filed("U0ADA")

    await tabs.follow()
    too_soon = published(slack)
    seconds.now += APART
    await tabs.follow()
    await tabs.follow()

    assert too_soon == ["U0ADA"]
    assert published(slack) == ["U0ADA", "U0ADA"]


async def test_nothing_is_published_where_nothing_that_they_see_changed(
    slack, tabs, seconds, filed, desk
):
    ticket = (await filed("U0ADA")).ticket
    await tabs.show("U0ADA", Place())
    agent = (await desk.people.slack_user("U0OLGA")).acting(Via.SLACK)._replace(role=Role.AGENT)
    note = NewComment(message="The vendor is slow", internal=True)
    await desk.comment(ticket.id, note, by=agent)
    seconds.now += APART

    await tabs.follow()

    assert published(slack) == ["U0ADA"]


async def test_what_another_process_has_shown_since_stands(
    slack, tabs, desk, client, seconds, filed
):
    others = HomeTabs(Contents(desk), client, now=seconds)
    await tabs.show("U0ADA", Place())
    await others.show("U0ADA", Place(words="printer"))
    await filed("U0ADA", "Printer burns")
    seconds.now += APART

    await tabs.follow()
    await others.follow()
    home = slack.workspace.views.homes["U0ADA"]
    first = home.callback_id
    await filed("U0ADA", "Printer smokes")
    seconds.now += APART
    await tabs.follow()

    assert "printer" in first
    assert home.callback_id == first
    assert published(slack) == ["U0ADA"] * 4


async def test_it_stands_also_where_slack_did_not_take_ours(
    slack, tabs, desk, client, seconds, filed
):
    others = HomeTabs(Contents(desk), client, now=seconds)
    await tabs.show("U0ADA", Place())
    await others.show("U0ADA", Place(words="printer"))
    await filed("U0ADA", "Printer burns")
    slack.fail("views.publish", Fault.status(503))
    for _ in range(2):
        seconds.now += APART
        await tabs.follow()

    assert "printer" in slack.workspace.views.homes["U0ADA"].callback_id


async def test_a_tab_of_which_slacks_answer_was_lost_is_followed_all_the_same(
    slack, tabs, seconds, filed
):
    await tabs.show("U0ADA", Place())
    await filed("U0ADA", "Printer burns")
    slack.fail("views.publish", Fault.cut_after())
    for title in (None, "Printer smokes"):
        seconds.now += APART
        await tabs.follow()
        if title:
            await filed("U0ADA", title)
    seconds.now += APART
    await tabs.follow()

    assert "Printer smokes" in json.dumps(slack.workspace.views.homes["U0ADA"].blocks)


async def test_what_goes_into_another_part_of_a_list_meanwhile_is_there_once(
    desk, filed, monkeypatch
):
    ticket = (await filed("U0ADA")).ticket
    agent = (await desk.people.slack_user("U0OLGA")).acting(Via.SLACK)._replace(role=Role.AGENT)
    page = desk.tickets.lists.page

    async def overtaken(question, **how):
        found = await page(question, **how)
        if question.clock_runs:
            await desk.change_ticket(ticket.id, Changes(status=Status.WAITING), by=agent)
        return found

    monkeypatch.setattr(desk.tickets.lists, "page", overtaken)
    listed = await desk.most_urgent(TicketQuery(), by=agent, limit=10, offset=0)

    assert [one.number for one in listed.tickets] == [1]
    assert listed.running == 1


async def test_who_has_not_looked_for_long_is_not_followed(slack, tabs, seconds, filed):
    await tabs.show("U0ADA", Place())
    seconds.now += LOOKED_AT + 1
    await filed("U0ADA")

    await tabs.follow()

    assert published(slack) == ["U0ADA"]


async def test_of_very_many_who_look_the_latest_are_served_in_turn(slack, tabs, seconds, filed):
    people = [f"U0MANY{number}" for number in range(MOST + 1)]
    slack.workspace.people |= {one: replace(slack.ada, id=one) for one in people}
    for one in people:
        await tabs.show(one, Place())
    first, *latest = people[0], *people[-PUBLISHED - 2 :]
    for one in (first, *latest):
        await filed(one)
    turns = []

    for _ in range(MOST // AT_ONCE + 1):
        seconds.now += APART
        before = len(slack.calls)
        await tabs.follow()
        turns.append([call.given["user_id"] for call in slack.calls[before:]])

    assert [len(turn) for turn in turns] == [0, 0, PUBLISHED, 2]
    assert {one for turn in turns for one in turn} == {*latest}
