"""Several processes, stopped and killed at bad moments."""

import asyncio
import signal

import pytest

from localslack import Fault
from tests.bot.alerts.test_announcer import announced
from tests.bot.conftest import card_of
from tests.conftest import LONGEST_WAIT
from tests.support.mongo import held_up

SOON_LATE = {"HELPDESK_SLA_HOURS": '{"high":0.0005,"medium":24,"low":48}'}


def tries(slack):
    """To post an alert."""
    kinds = [call.given.get("metadata", {}) for call in slack.calls_of("chat.postMessage")]
    return [kind for kind in kinds if kind.get("event_type") == "helpdesk_alert"]


async def test_two_processes_announce_a_late_ticket_within_seconds_and_once(
    slack, serve, connected, looked
):
    one, _ = await asyncio.gather(serve(**connected | SOON_LATE), serve(**connected | SOON_LATE))
    slack.events_url = f"{one.address}/slack/events"

    await slack.command("new high VPN is down", by=slack.ada)

    await slack.until(lambda: announced(slack))
    await looked()
    assert len(announced(slack)) == 1


async def test_a_change_over_rest_in_one_process_edits_the_card_of_another(
    slack, serve, connected, agent
):
    one, other = await asyncio.gather(serve(**connected), serve(**connected))
    slack.events_url = f"{one.address}/slack/events"
    await slack.command("new high VPN is down", by=slack.ada)
    card = await slack.until(lambda: card_of(slack, "T-1"))

    await (await agent(other.address)).patch("/api/tickets/1", {"status": "in_progress"})

    await slack.until(lambda: "in progress" in card.text)


async def test_sigterm_finishes_what_is_under_way(slack, serve, connected, agent, raw_client):
    """20 requests, 5 acknowledged commands and an alert in flight: nothing of it is lost."""
    served = await serve(**connected | SOON_LATE)
    slack.events_url = f"{served.address}/slack/events"
    program = await agent(served.address)
    slack.fail("chat.postMessage", Fault.hang(0.5), times=None)
    await asyncio.gather(
        slack.command("new high late", by=slack.ada),
        *(slack.command(f"new low command {number}", by=slack.ada) for number in range(4)),
    )
    await slack.until(lambda: tries(slack))
    under_way = await held_up(raw_client, "insert", times=20, appName="helpdesk")
    requests = [
        asyncio.create_task(program.post("/api/tickets", {"title": f"request {number}"}))
        for number in range(20)
    ]
    await under_way()

    slack.heal()
    status = await served.stopped()

    assert status == 0
    assert [answer.status for answer in await asyncio.gather(*requests)] == [201] * 20
    assert len(announced(slack)) == 1
    for number in range(1, 6):
        assert card_of(slack, f"T-{number}"), f"T-{number} has no card"


async def test_what_was_acknowledged_before_a_kill_is_finished_once_after_the_restart(
    slack, serve, connected, looked
):
    doomed = await serve(**connected)
    slack.events_url = f"{doomed.address}/slack/events"
    slack.fail("chat.postMessage", Fault.hang(30), times=None)
    await slack.command("new", by=slack.ada)
    await slack.submit(await slack.modal(by=slack.ada), title="VPN is down")
    doomed.process.kill()
    await doomed.process.wait()
    slack.heal()

    await serve(**connected)

    await slack.until(lambda: card_of(slack, "T-1"))
    told = await slack.until(lambda: slack.direct_messages(slack.ada))
    await looked()
    assert len(told) == 1
    assert card_of(slack, "T-1")


async def test_a_breach_is_announced_once_although_the_scanning_process_is_killed(
    slack, serve, connected, looked
):
    """One process is killed again and again while two scan; each breach is announced once."""
    survivor, doomed = await asyncio.gather(
        serve(**connected | SOON_LATE), serve(**connected | SOON_LATE)
    )
    slack.events_url = f"{survivor.address}/slack/events"
    for number in range(5):
        await slack.command(f"new high ticket {number}", by=slack.ada)
        if number % 2:
            before = len(tries(slack))
            await slack.until(lambda: len(tries(slack)) > before)  # noqa: B023 - awaited at once
            doomed.process.kill()
            doomed = await serve(**connected | SOON_LATE)

    # Cards and alerts share the channel's one post a second.
    await slack.until(lambda: len(set(announced(slack))) == 5)
    await looked()

    assert len(announced(slack)) == 5


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
async def test_with_nothing_but_python_it_serves_and_stops_cleanly(serve, session, sent):
    served = await serve("--no-samples", HELPDESK_SCAN_SECONDS="0.2", **SOON_LATE)
    async with session.get(f"{served.address}/readyz") as ready:
        assert ready.status == 200
    async with session.get(served.page) as page:
        assert (page.status, page.content_type) == (200, "text/html")

    assert await served.stopped(sent) == 0


async def test_a_breach_is_in_the_log_and_no_secret_or_word_of_people_is(serve, session):
    settings = {"HELPDESK_SCAN_SECONDS": "0.2", "JWT_SECRET": "supersecretkey"}
    served = await serve("--no-samples", **settings, **SOON_LATE)
    account = {"name": "Ada", "email": "ada@example.com", "password": "123456"}
    async with session.post(f"{served.address}/api/auth/register", json=account) as made:
        assert made.status == 201
    account.pop("name")
    async with session.post(f"{served.address}/api/auth/login", json=account) as login:
        token = (await login.json())["token"]
    async with session.post(
        f"{served.address}/api/tickets",
        json={"title": "secret words", "priority": "high"},
        headers={"Authorization": f"Bearer {token}"},
    ) as made:
        assert made.status == 201

    async with asyncio.timeout(LONGEST_WAIT):
        while not (found := [line for line in served.log if "breach announced" in line]):
            await asyncio.sleep(0.1)
    await asyncio.sleep(1)

    assert len(found) == 1
    assert '"ticket": "T-1"' in found[0]
    log = "".join(served.log)
    assert "JWT_SECRET is short" in log
    assert not [word for word in ("secret words", "supersecretkey", "123456", token) if word in log]


async def test_a_first_start_has_samples_to_look_at_and_the_next_one_no_more_of_them(serve):
    numbers = []
    for _ in range(2):
        served = await serve()
        assert await served.stopped() == 0
        numbers.append(sum("ticket filed" in line for line in served.log))

    assert numbers == [6, 0]


async def test_the_flag_leaves_the_samples_out(serve):
    served = await serve("--no-samples")
    assert await served.stopped() == 0

    assert "ticket filed" not in "".join(served.log)


async def test_a_page_that_is_open_does_not_hold_up_the_end(serve, session):
    served = await serve("--no-samples")
    async with session.get(f"{served.page}/page/feed?as=U0ADA") as feed:
        assert feed.status == 200
        await feed.content.readline()

        assert await served.stopped() == 0
