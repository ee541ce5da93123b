"""/ticket report: in words always, as a chart where it can be drawn and sent."""

import asyncio
import io
import time

import pytest
from PIL import Image

from bot.reports import chart
from bot.reports import report as reports
from core.people.accounts import Actor, Role, Via
from core.reports.report import Period, Report
from core.tickets import NewTicket, Priority, Ticket
from localslack import Fault
from tests.conftest import SLA


@pytest.fixture
async def worked(slack, file, clock):
    """Olga's was answered in time and solved late; nobody has the other."""
    await file("VPN is down", priority="high")
    await file("Printer on fire", priority="low")
    clock.forward(minutes=30)
    await slack.command("assign 1 me", by=slack.olga)
    await slack.command("start 1", by=slack.olga)
    clock.forward(hours=5)
    await slack.command("resolve 1", by=slack.olga)


@pytest.fixture
def shown(slack):
    """The report that somebody sees, and nothing beside it."""

    async def until(person=None):
        def found():
            seen = slack.seen_by(person or slack.olga, "#general")
            return [message for message in seen if not message.text.startswith("T-")]

        [message] = await slack.until(found)
        return message

    return until


@pytest.fixture
def no_charts(monkeypatch):
    monkeypatch.setattr(chart, "find_spec", lambda name: None)


def pictures(slack):
    return [message for message in slack.direct_messages(slack.olga) if message.files]


@pytest.mark.usefixtures("worked", "no_charts")
async def test_a_report_is_told_in_words(slack, shown):
    answer = await slack.command("report", by=slack.olga)

    assert answer.body == b"", "the report is the only answer"
    said = (await shown()).text.splitlines()
    assert said == [
        "*The tickets of the last 7 days:* 2 were filed.",
        "• answered: 1 of 1 in time, median 30 min, 1 unanswered",
        "• solved: 0 of 1 in time, median 5 h 30 min, 1 open",
        "• most were filed on Mondays from 09:00 to 10:00: 2 of 2",
        "*By priority*",
        "• *high*: solved 0 of 1 in time, median 5 h 30 min; "
        "answered 1 of 1 in time, median 30 min",
        "• *low*: solved none yet, 1 open; answered none yet, 1 unanswered",
        "*Solved, by assignee*",
        "• olga: 0 of 1 in time, median 5 h 30 min",
        "• _nobody_: none yet, 1 open",
        "“In time” is about tickets that were done or are late by now; a median is about those "
        "that were done: half of them took no longer. Time outside business hours, or while a "
        "ticket waits, does not count. Times of day are those of UTC.",
    ]


@pytest.mark.usefixtures("worked", "no_charts")
async def test_a_report_says_what_is_late_still_and_how_long_they_waited(slack, shown, clock):
    await slack.command("wait 2 for Acme", by=slack.olga)
    clock.forward(hours=10)
    await slack.command("start 2", by=slack.ada)
    clock.forward(hours=48)
    await slack.command("new low Mouse is gone", by=slack.ada)
    clock.forward(minutes=1)

    await slack.command("report", by=slack.olga)

    said = (await shown()).text
    assert "• solved: 0 of 2 in time, median 5 h 30 min, 2 open, 1 of them late" in said
    assert "• they waited for somebody for 14% of their time" in said
    assert "• _nobody_: 0 of 1 in time, 2 open, 1 of them late" in said


@pytest.mark.usefixtures("no_charts")
async def test_times_in_a_report_are_told_in_business_hours(slack, store, start, shown, clock):
    office = {"business_hours": {"mon-fri": ["09:00-12:00", "13:00-17:00"]}}
    async with start(**office):
        await slack.command("new high VPN is down", by=slack.ada)
        clock.forward(days=7)
        await slack.command("resolve 1", by=slack.olga)

        await slack.command("report 30d", by=slack.olga)

        assert "median 35 business hours" in (await shown()).text


@pytest.mark.usefixtures("no_charts")
@pytest.mark.parametrize(
    ("seconds", "median"), [(0, "under a minute"), (59, "under a minute"), (60, "1 min")]
)
async def test_what_took_no_time_to_speak_of_took_under_a_minute(
    slack, desk_url, shown, clock, seconds, median
):
    await slack.command("new high VPN is down", by=slack.ada)
    clock.forward(seconds=seconds)
    await slack.command("resolve 1", by=slack.olga)
    clock.forward(minutes=1)

    await slack.command("report 30d", by=slack.olga)

    assert f"solved: 1 of 1 in time, median {median}\n" in (await shown()).text


async def test_what_goes_wrong_after_the_ack_is_answered_too(slack, file, database, shown, clock):
    await file()
    clock.forward(minutes=1)
    await database["tickets"].update_one({}, {"$set": {"priority": "none there is"}})

    await slack.command("report", by=slack.olga)

    assert (await shown()).text.startswith("Something went wrong on our side.")


@pytest.mark.usefixtures("worked", "no_charts")
async def test_without_the_extra_there_is_no_chart_and_nothing_is_said_of_one(
    slack, shown, drained
):
    await slack.command("report 30d", by=slack.olga)
    await shown()
    await drained()

    assert slack.calls_of("files.getUploadURLExternal") == []
    assert slack.direct_messages(slack.olga) == []


@pytest.mark.usefixtures("worked")
async def test_the_chart_comes_by_direct_message_with_words_for_who_cannot_see_it(slack, shown):
    pytest.importorskip("vl_convert")
    await slack.command("report 7d", by=slack.olga)

    [message] = await slack.until(lambda: pictures(slack))

    [file] = message.files
    kept = slack.workspace.files.find(file["id"])
    picture = Image.open(io.BytesIO(kept.content))
    assert picture.format == "PNG"
    assert min(picture.size) > 400
    assert len(picture.convert("RGB").getcolors(100_000)) > 10
    assert kept.alt_text == (
        "Two charts of the tickets of the last 7 days. The first: how many were answered and "
        "solved in time. high: answered 1 met, 0 missed, 0 still open; solved 0 met, 1 missed, "
        "0 still open. low: answered 0 met, 0 missed, 1 still open; solved 0 met, 0 missed, "
        "1 still open. The second: when they were filed, by day and hour. "
        "Mon 2, Tue 0, Wed 0, Thu 0, Fri 0, Sat 0, Sun 0."
    )
    assert kept.title == "Report on the tickets of the last 7 days"
    assert (await shown()).text


@pytest.mark.usefixtures("worked")
async def test_drawing_keeps_nobody_waiting(slack, desk_url, session):
    pytest.importorskip("vl_convert")
    await slack.command("report", by=slack.olga)
    slowest, started = 0.0, time.perf_counter()

    while not pictures(slack):
        begun = time.perf_counter()
        async with session.get(f"{desk_url}/healthz") as answer:
            assert answer.status == 200
        slowest = max(slowest, time.perf_counter() - begun)
        await asyncio.sleep(0.01)

    # Whoever asks while a drawing holds everything up waits for nearly all of it.
    assert slowest < (time.perf_counter() - started) / 2


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("fault", [Fault.error("missing_scope"), Fault.status(500)])
async def test_where_slack_takes_no_files_the_words_are_all(slack, shown, fault, drained):
    pytest.importorskip("vl_convert")
    slack.fail("files.getUploadURLExternal", fault)

    await slack.command("report", by=slack.olga)

    assert (await shown()).text
    await slack.until(lambda: slack.calls_of("files.getUploadURLExternal"))
    await drained()
    assert slack.direct_messages(slack.olga) == []


@pytest.mark.usefixtures("worked")
async def test_a_chart_that_cannot_be_drawn_does_no_harm(slack, shown, monkeypatch, drained):
    monkeypatch.setattr(chart, "find_spec", lambda name: True)
    monkeypatch.setattr(chart, "_DRAW", "raise SystemExit('no fonts')")

    await slack.command("report", by=slack.olga)

    assert (await shown()).text
    await drained()
    assert slack.calls_of("files.getUploadURLExternal") == []


async def test_no_tickets_make_a_short_report(slack, desk_url, shown):
    await slack.command("report 1d", by=slack.olga)

    assert (await shown()).text == "*The tickets of the last day:* none was filed."


@pytest.mark.parametrize("typed", ["week", "0", "0d", "367d", "-7d", "7d 30d", "٧d"])
async def test_a_period_that_is_none_is_answered_with_how_to_say_it(slack, desk_url, typed):
    answer = await slack.command(f"report {typed}", by=slack.olga)

    assert answer.text.startswith("Say how many days the report is to cover")


async def test_reports_are_for_agents(slack, desk_url):
    answer = await slack.command("report", by=slack.ada)

    assert answer.text == "Only agents can see reports and the digest: those on call."


def test_a_report_on_many_people_with_strange_names_fits(clock):
    ada = Actor("a" * 24, "Ada", Role.USER, Via.SLACK)
    report = Report(Period.last(7, at=clock()), SLA, at=clock())
    for number in range(30):
        new = NewTicket(title="x", priority=list(Priority)[number % 3])
        ticket = Ticket.opened(new, id="b" * 24, number=number + 1, by=ada, at=clock(), sla=SLA)
        agent = ada._replace(id=f"{number:024}", name="<" * 100, slack_id="U0ADA")
        ticket.assignee = agent.person
        report.count(ticket)

    message = reports.report_message(report, title="the tickets of the last 366 days")

    assert all(len(block["text"]["text"]) <= 3000 for block in message["blocks"][:-1])
    assert "<" not in f"{message['text']}{message['blocks']}"
    assert "and 22 more people" in message["text"]
    assert len(chart.alt_text(report, title="the tickets of the last 366 days")) <= 1000
