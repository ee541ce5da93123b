"""The desk over Socket Mode: it connects by itself, and everything is as it is over HTTP."""

import asyncio

import pytest
from pydantic import SecretStr

from localslack import Fault
from tests.bot.conftest import button_names, card_of, words
from tests.conftest import LONGEST_WAIT
from tests.support.mongo import held_up


@pytest.fixture
def start_connected(slack, start):
    """Starts a desk that has no address for Slack, only the app's token."""

    def started(**changed):
        by_socket = {"slack_signing_secret": None, "slack_app_token": SecretStr(slack.app_token)}
        return start(**by_socket, **changed)

    return started


@pytest.fixture
async def desk_url(slack, store, start_connected):
    async with start_connected() as address:
        slack.events_url = None
        yield address


async def test_the_desk_has_no_door_for_requests(slack, program):
    assert slack.sockets.count == 1
    assert (await program.post("/slack/events", {})).status == 404


async def test_a_sent_form_becomes_a_ticket_with_a_card(slack, program):
    await slack.command("new", by=slack.ada)
    form = await slack.modal(by=slack.ada)

    sent = await slack.submit(form, title="VPN is down", priority="high")

    assert sent.closed
    ticket = (await program.get("/api/tickets/T-1")).body
    assert (ticket["title"], ticket["requester"]["name"]) == ("VPN is down", "ada")
    card = await slack.until(lambda: card_of(slack, "T-1"))
    assert "VPN is down" in words(card)
    assert await slack.until(lambda: slack.direct_messages(slack.ada))


async def test_a_button_is_pressed(slack, file, program):
    card = await file()

    answer = await slack.click(card, "Claim", by=slack.olga)

    assert answer.status == 200
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "olga"
    await slack.until(lambda: "claim" not in button_names(card))


async def test_a_bad_field_is_pointed_out_beside_it(slack, desk_url):
    await slack.command("new", by=slack.ada)
    form = await slack.modal(by=slack.ada)

    sent = await slack.submit(form, title="   ")

    assert sent.errors == {"title": "The title may not be blank."}
    assert form.is_open


async def test_what_one_may_not_do_is_said_only_to_them(slack, file):
    card = await file(by=slack.ada)

    command = await slack.command("resolve 1", by=slack.ada)
    press = await slack.click(card, "Resolve", by=slack.ben)

    assert command.text.startswith("Only agents can resolve tickets")
    assert await slack.until(lambda: press.text)
    assert slack.seen_by(slack.olga, "#general") == []


async def test_the_ack_waits_neither_for_the_form_nor_for_the_card(slack, desk_url):
    slack.fail("views.open", Fault.hang(2))
    command = await slack.command("new", by=slack.ada)
    assert slack.opened_modal(slack.ada) is None
    form = await slack.modal(by=slack.ada)

    slack.fail("chat.postMessage", Fault.hang(2), times=None)
    sent = await slack.submit(form, title="VPN is down")
    assert card_of(slack, "T-1") is None
    slack.heal()

    assert command.seconds < 2
    assert sent.seconds < 2
    await slack.until(lambda: card_of(slack, "T-1"))


async def test_a_refreshed_connection_loses_nothing(slack, program):
    await slack.command("new", by=slack.ada)
    form = await slack.modal(by=slack.ada)

    await slack.refresh_sockets()
    sent = await slack.submit(form, title="Filed after the refresh")
    await slack.refresh_sockets()
    filed = await slack.command("new high Printer on fire", by=slack.ben)

    assert sent.closed
    assert "T-2 is filed" in filed.text
    items = (await program.get("/api/tickets")).body["items"]
    assert [item["title"] for item in items] == ["Printer on fire", "Filed after the refresh"]


async def test_what_is_asked_while_the_connection_is_refreshed_is_answered(slack, program):
    asked = [
        asyncio.create_task(slack.command(f"new high Ticket {number}", by=slack.ada))
        for number in range(5)
    ]
    await asyncio.sleep(0)

    await slack.refresh_sockets()

    answers = await asyncio.gather(*asked)
    assert all("is filed" in answer.text for answer in answers)
    assert len((await program.get("/api/tickets")).body["items"]) == 5


async def test_two_desks_share_what_is_asked(slack, program, start_connected):
    async with start_connected():
        slack.events_url = None
        assert slack.sockets.count == 2
        for number in range(4):
            filed = await slack.command(f"new high Ticket {number}", by=slack.ada)
            assert "is filed" in filed.text
    await slack.until(lambda: slack.sockets.count == 1)

    after = await slack.command("status T-4", by=slack.ada)

    assert after.text.startswith("T-4 Ticket 3")


def _is_the_desks(task):
    """The driver's own tasks come and go with clients that other tests share."""
    source = task.get_coro().cr_code.co_filename
    return any(part in source for part in ("slack_sdk", "slack_bolt", "/bot/"))


async def test_the_desk_stops_and_leaves_nothing_behind(slack, store, start_connected, caplog):
    before = asyncio.all_tasks()
    async with start_connected():
        slack.events_url = None
        await slack.command("new high VPN is down", by=slack.ada)
        await slack.until(lambda: card_of(slack, "T-1"))

    await slack.until(lambda: slack.sockets.count == 0)
    await slack.until(lambda: not any(map(_is_the_desks, asyncio.all_tasks() - before)))
    assert [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")] == []


async def test_the_desk_serves_while_slack_does_not_let_it_in(
    slack, store, session, start_connected
):
    slack.fail("apps.connections.open", Fault.status(503), times=None)

    async with (
        asyncio.timeout(LONGEST_WAIT),
        start_connected() as address,
        session.get(f"{address}/readyz") as ready,
    ):
        assert ready.status == 503
        [detail] = (await ready.json())["detail"]
        assert detail.startswith("No connection by Socket Mode since ")
        assert detail.endswith(": what answers for Slack says 503: look at the network, or wait.")


async def test_a_command_under_way_is_answered_before_the_desk_stops(
    slack, store, start_connected, raw_client
):
    async with start_connected():
        slack.events_url = None
        await slack.command("help", by=slack.ada)
        under_way = await held_up(raw_client, "insert", times=1)
        asked = asyncio.create_task(slack.command("new high VPN is down", by=slack.ada))
        await under_way()

    assert "is filed" in (await asked).text
