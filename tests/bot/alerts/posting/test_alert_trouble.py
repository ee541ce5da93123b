"""What goes wrong in one channel, or with one ticket, keeps no other alert from ringing."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId
from structlog.testing import capture_logs

from bot.alerts.announcer import AlertAnnouncer
from bot.alerts.duplicates import DuplicateSweeper
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.health import Readiness
from bot.runtime.jobs import Timetable
from bot.slack.api_errors import About, Refused, seconds_of
from bot.slack.history import SlackHistory
from bot.slack.poster import SlackPoster
from bot.slack.token_check import TokenCheck
from bot.slack.troubles import EDIT, POST, Troubles
from core.alerts.escalations import Escalations, Step
from core.alerts.rules import AlertRules
from core.people.accounts import Role, Via
from core.tickets import NewTicket, Priority
from localslack import Fault
from tests.bot.alerts.test_announcer import alerts_in
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import change, owed, such

NOWHERE = "C0NOWHERE"
RULES = AlertRules(escalations=Escalations((Step(timedelta(hours=1), channel=NOWHERE),)))
TIMING = Timing(
    post=timedelta(seconds=60), lease=timedelta(seconds=120), history=timedelta(seconds=0.1)
)


@pytest.fixture
def poster(slack, client, store):
    return SlackPoster(
        client,
        store.turns,
        channel=slack.helpdesk.id,
        limit=60,
        pause=0,
        others=[NOWHERE],
    )


@pytest.fixture
def history(client, store):
    return SlackHistory(client, store.looks)


@pytest.fixture
def alerts(store, poster, history, clock):
    """At most one mention an hour."""
    dispatcher = Dispatcher(store.owed, poster, history, TIMING, clock)
    return AlertAnnouncer(store, dispatcher, RULES, clock, mentions=1)


@pytest.fixture
async def olga(desk):
    by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    return by._replace(role=Role.AGENT)


@pytest.fixture
def filed(desk, olga):
    async def done(title="VPN"):
        new = NewTicket(title=title, priority=Priority.HIGH)
        return (await desk.open_ticket(new, by=olga)).ticket

    return done


async def test_a_channel_that_cannot_be_read_puts_off_only_its_own_alerts(
    slack, alerts, filed, clock, history, database, expire
):
    await filed("first")
    clock.forward(hours=4, seconds=1)
    await alerts.announce()
    await filed("second")
    slack.fail("chat.postMessage", Fault.cut_before(), times=None)
    clock.forward(hours=4, seconds=1)
    await alerts.announce()
    slack.heal("chat.postMessage")
    # The doubt, and the lease of those that were not tried.
    await expire()

    with capture_logs() as logged:
        await alerts.announce()
        await alerts.settle()

    assert ["second" in alert.text for alert in alerts_in(slack)] == [False, True]
    assert [entry["channel"] for entry in logged if "history" in entry["event"]] == [NOWHERE]
    [(channel, (said, hides))] = history.troubles(usual=slack.helpdesk.id).items()
    assert (channel, hides) == (NOWHERE, True)
    assert said.startswith(f"Slack does not let us read {NOWHERE} (channel_not_found)")
    assert await database["tickets"].find_one({"number": 1} | such("alert", ts=None))
    assert (await owed(database, "alert"))["first_try"] is not None


async def test_a_channel_in_which_no_alert_is_doubtful_is_not_read(
    slack, alerts, filed, clock, expire
):
    await filed()
    slack.fail("chat.postMessage", Fault.cut_before())
    clock.forward(hours=4, seconds=1)
    await alerts.announce()
    await expire()
    await alerts.settle()

    assert len(alerts_in(slack)) == 1
    read = {call.given["channel"] for call in slack.calls_of("conversations.history")}
    assert read == {slack.helpdesk.id}


async def test_a_document_that_cannot_be_read_stops_no_other(slack, alerts, filed, clock, database):
    broken = await filed("broken")
    await filed("whole")
    await database["tickets"].update_one({"number": 1}, {"$unset": {"assignee": ""}})
    clock.forward(hours=4, seconds=1)

    with capture_logs() as logged:
        await alerts.announce()
        await alerts.announce()

    assert ["whole" in alert.text for alert in alerts_in(slack)] == [True]
    [entry] = [entry for entry in logged if entry["log_level"] == "error"]
    assert entry["ticket_id"] == broken.id
    assert isinstance(entry["exc_info"], KeyError)
    held = (await database["tickets"].find_one({"number": 1}))["delivery"]
    wait = held["until"] - datetime.now(UTC)
    assert timedelta(minutes=9) < wait <= timedelta(minutes=10)


async def test_a_refused_alert_still_mentions_when_it_is_taken(
    slack, alerts, filed, clock, database, olga
):
    ticket = await filed()
    person = {"_id": ObjectId(olga.person.id), "name": "olga", "slack_id": "U0OLGA"}
    await database["tickets"].update_one({}, {"$set": {"assignee": person}})
    clock.forward(hours=4, seconds=1)
    slack.fail("chat.postMessage", Fault.error("not_in_channel"))
    await alerts.announce()
    await change(database, "alert", free_at=None)

    await alerts.announce()

    [alert] = alerts_in(slack)
    assert f"*{ticket.key} is late:*" in alert.text
    assert "<@U0OLGA> has it." in alert.text


async def test_a_long_retry_after_stops_nobody_and_the_alert_comes_later(
    slack, alerts, filed, clock, store, database, expire
):
    await filed()
    await store.turns.hold(slack.helpdesk.id, wait=timedelta(hours=1))
    clock.forward(hours=4, seconds=1)

    async with asyncio.timeout(LONGEST_WAIT):
        await alerts.announce()

    assert await database["tickets"].find_one(such("alert", first_try=None))
    assert (await owed(database, "alert"))["free_at"] > datetime.now(UTC)
    await expire()
    await alerts.announce()
    assert len(alerts_in(slack)) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("30", 30), (None, 1), ("Wed, 21 Oct 2026 07:28:00 GMT", 1), ("nan", 1), ("9" * 30, 3600)],
)
def test_how_long_retry_after_means(said, seconds):
    assert seconds_of(said) == seconds


async def test_sweeping_goes_on_to_the_channels_that_can_be_read(
    slack, store, client, history, database
):
    now = datetime.now(UTC)
    watch = {"since": now, "until": now - timedelta(minutes=1)}
    await database["tickets"].insert_one({"number": 1, "alert": {"watch": watch}})
    channels = [NOWHERE, slack.helpdesk.id]
    sweeper = DuplicateSweeper(store.repeats, history, client, channels=channels, pause=timedelta())

    await sweeper.sweep()

    read = [call.given["channel"] for call in slack.calls_of("conversations.history")]
    assert read == channels
    assert "watch" in (await database["tickets"].find_one({}))["alert"]


async def test_the_tokens_trouble_and_a_channels_are_both_told_until_slack_takes_something(
    slack, store, client, history, clock
):
    token = TokenCheck(client)
    poster = SlackPoster(
        client, store.turns, channel=slack.helpdesk.id, limit=1, pause=0, taken=token.works
    )
    health = Readiness(store, poster, token, history, Timetable(), clock)
    slack.fail("auth.test", Fault.error("token_revoked"))
    slack.fail("chat.postMessage", Fault.error("not_in_channel"))
    await token.ask()

    async def post():
        until = asyncio.get_running_loop().time() + 1
        return await poster.post(slack.helpdesk.id, {"text": "Hello"}, until=until)

    assert isinstance(await post(), Refused)
    told = await health.problems()
    assert [(one.name, one.breaks) for one in told] == [("token", True), ("messages", True)]
    assert ["token_revoked" in told[0].message, "not_in_channel" in told[1].message] == [True, True]

    await post()
    assert await health.problems() == []


async def test_that_edits_are_taken_says_nothing_of_posts(slack):
    troubles = Troubles(channel="C1", others=set())
    troubles.note(Refused("restricted_action", 10, About.PLACE), POST, "C1")

    troubles.taken(EDIT, "C1")
    assert [one.channel for one in troubles.channels] == ["C1"]

    troubles.taken(POST, "C1")
    assert troubles.channels == []


async def test_what_is_taken_in_no_form_is_told_in_the_same_words_at_each_retry(slack):
    troubles = Troubles(channel="C1", others=set())
    names = [f"the alert of T-{number}" for number in range(8)]

    told = []
    for name in [*names, *names]:
        troubles.not_posted(name, "no_text", remedy="it is tried again")
        told.append(troubles.messages)

    assert list(told[-1]) == [*names[:5], "more"]
    assert all(messages == told[-1] for messages in told[8:])
    assert "3 more" in told[-1]["more"]
