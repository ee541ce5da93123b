"""/readyz says what is the matter, since when and what to do; the log, when it began and ended."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from api.tokens import Tokens
from bot.health import CATCHING_UP, PASSING, Readiness
from bot.runtime.jobs import FAILURES, Jump, Timetable
from bot.runtime.problems import Problems, Trouble
from bot.slack.api_errors import UNTIL_REPAIRED
from bot.slack.history import Doubt, SlackHistory
from bot.slack.poster import SlackPoster
from bot.slack.token_check import TokenCheck
from core.people.accounts import Role
from core.store.delivery.entries import UNPLANNED
from core.store.readings import Walk
from core.tickets import NewTicket, Priority
from localslack import Fault
from tests.bot.runtime.test_jobs import Hands, turned
from tests.conftest import SECRET
from tests.support.deliveries import change

NOWHERE = "C0NOWHERE"
BROKEN = "Slack refuses messages (not_in_channel): type /invite @HelpDesk in the channel."


def told_of(logged):
    return [
        (entry["event"], entry["problem"])
        for entry in logged
        if entry["event"].startswith("a problem")
    ]


@pytest.fixture
def now():
    return Hands()


@pytest.fixture
def timetable(now):
    return Timetable(now=now)


@pytest.fixture
def poster(slack, store, client):
    return SlackPoster(
        client, store.turns, channel=slack.helpdesk.id, limit=1, pause=0, others=[NOWHERE]
    )


@pytest.fixture
def history(client, store):
    return SlackHistory(client, store.looks)


@pytest.fixture
def health(store, poster, client, history, timetable, clock, now):
    return Readiness(store, poster, TokenCheck(client), history, timetable, clock, now)


async def kinds(health):
    return [(one.name, one.breaks) for one in await health.problems()]


def test_the_log_hears_of_a_problem_once_and_of_its_end(clock):
    now = Hands()
    problems = Problems(clock, now)
    begun = clock()

    with capture_logs() as logged:
        for message in ("A", "A", "B"):
            problems.update("messages", [Trouble(message)])
            clock.forward(minutes=1)
            now.seconds += 60
        [problem] = problems.all
        problems.update("messages", [])
        problems.update("messages", [])

    assert (problem.since, problem.message) == (begun, "B")
    assert told_of(logged) == [("a problem", "messages"), ("a problem is over", "messages")]
    assert logged[-1]["seconds"] == 180


def test_two_of_a_kind_are_two_problems(clock):
    problems = Problems(clock, Hands())
    problems.update("index", [Trouble("A", which="a"), Trouble("B", which="b")])

    with capture_logs() as logged:
        problems.update("index", [Trouble("B", which="b")])

    assert [problem.message for problem in problems.all] == ["B"]
    assert [(entry["event"], entry["which"]) for entry in logged] == [("a problem is over", "a")]


def test_what_passes_within_its_patience_is_told_to_nobody(clock):
    now = Hands()
    problems = Problems(clock, now)

    with capture_logs() as logged:
        problems.update("socket", [Trouble("down", patience=10)])
        now.seconds += 9
        problems.update("socket", [Trouble("down", patience=10)])
        assert problems.all == []
        problems.update("socket", [])
        assert logged == []
        problems.update("socket", [Trouble("down", patience=10)])
        now.seconds += 10
        assert [problem.name for problem in problems.all] == ["socket"]
        problems.update("socket", [Trouble("down", patience=10)])

    assert told_of(logged) == [("a problem", "socket")]


def test_what_lasted_before_it_was_found_began_then(clock):
    problems = Problems(clock, Hands())

    problems.update("job", [Trouble("fails", lasted=90)])

    [problem] = problems.all
    assert problem.since == clock() - timedelta(seconds=90)


async def test_a_desk_on_which_all_is_well_is_ok(program):
    ready = await program.get("/readyz")

    assert (ready.status, ready.body) == (200, {"status": "ok", "detail": [], "problems": []})


@pytest.mark.parametrize("name", ["jwt_secret", "jwt_secret_before"])
async def test_a_short_secret_is_told_and_the_desk_is_ready(start, session, name):
    with capture_logs() as logged:
        async with (
            start(**{name: SecretStr("supersecretkey")}) as address,
            session.get(f"{address}/readyz") as answer,
        ):
            ready = await answer.json()

    assert (answer.status, ready["status"]) == (200, "ok")
    [said] = ready["detail"]
    assert said.startswith(f"{name.upper()} is short: whoever guesses it")
    assert [entry["message"] for entry in logged if entry["event"] == "a problem"] == [said]
    assert "supersecret" not in str(logged)


async def test_whoever_is_signed_in_stays_so_while_the_secret_is_changed(start, session, store):
    olga = await store.accounts.add(
        name="Olga", email="olga@example.com", password_hash="none", role=Role.AGENT
    )
    kept = {"Authorization": f"Bearer {Tokens(SECRET).issue(olga)}"}
    new = SecretStr("another-" * 6)

    async with (
        start(jwt_secret=new, jwt_secret_before=SecretStr(SECRET)) as address,
        session.get(f"{address}/api/auth/me", headers=kept) as answer,
    ):
        assert answer.status == 200
    async with (
        start(jwt_secret=new) as address,
        session.get(f"{address}/api/auth/me", headers=kept) as answer,
    ):
        assert answer.status == 401


async def test_an_index_that_something_stands_in_the_way_of_shows_until_it_is_back(
    program, database, store
):
    await database["accounts"].drop_index("email")
    # In its place, so that it does not come back by itself.
    await database["accounts"].create_index("email_folded", name="email")
    try:
        broken = await program.get("/readyz")
        new = {"name": "Ben", "email": "ben@example.com", "password": "correct-horse"}
        refused = await program.post("/api/auth/register", new)
        filed = await program.post("/api/tickets", {"title": "VPN is down"})
    finally:
        await database["accounts"].drop_index("email")
        await store.prepare()
    well = await program.get("/readyz")

    assert (broken.status, broken.body["status"]) == (503, "not ready")
    [problem] = broken.body["problems"]
    assert problem["name"] == "index"
    assert problem["message"].endswith('Drop it: db.accounts.dropIndex("email").')
    assert (refused.status, refused.body["error"]["code"]) == (503, "UNAVAILABLE")
    assert "accounts.email" in refused.body["error"]["message"]
    assert (filed.status, well.status) == (201, 200)


async def test_an_index_that_is_dropped_comes_back_by_itself(slack, database, start, session):
    """At the start, and from then on twice a minute."""
    await database["tickets"].drop_index("number")

    async with start() as address, session.get(f"{address}/readyz") as answer:
        assert (await answer.json())["problems"] == []

    assert "number" in await database["tickets"].index_information()


async def test_a_job_that_fails_at_every_turn_makes_the_desk_not_ready(health, timetable):
    async def work():
        raise TypeError("no")

    job = timetable.every(10, "cards", work)
    await turned(job, FAILURES)

    [problem] = await health.problems()

    assert (problem.name, problem.breaks) == ("job", True)
    assert problem.message.startswith("The job “cards” fails at every turn (TypeError).")


@pytest.fixture
async def away(another_store, raw_client):
    """A store whose every question MongoDB leaves unanswered."""
    failing = {"failCommands": ["ping", "listIndexes", "aggregate"], "errorCode": 50}
    point = {"configureFailPoint": "failCommand"}
    data = {"data": failing | {"appName": "away"}}
    await raw_client.admin.command(point | {"mode": "alwaysOn"} | data)
    yield await another_store(appname="away")
    await raw_client.admin.command(point | {"mode": "off"})


async def test_a_database_that_is_away_is_told_and_what_else_is_known_stays(
    slack, away, client, poster, history, timetable, clock, now
):
    token = TokenCheck(client)
    health = Readiness(away, poster, token, history, timetable, clock, now)
    slack.fail("auth.test", Fault.error("token_revoked"))
    await token.ask()
    await turned(timetable.every(10, "cards", away.answers), FAILURES)

    assert sorted(await kinds(health)) == [("database", True), ("token", True)]


async def test_an_alert_that_is_owed_for_long_is_told(
    health, desk, acting, ada, clock, now, database
):
    async def told():
        """After the minute in which a desk that was stopped may catch up."""
        await health.problems()
        now.seconds += CATCHING_UP
        return [one.message for one in await health.problems() if one.name == "alerts"]

    new = NewTicket(title="VPN is down", priority=Priority.HIGH)
    await desk.open_ticket(new, by=await acting(ada))
    clock.forward(hours=4, minutes=4)
    assert await told() == []

    clock.forward(minutes=2)
    assert await health.problems() == []
    [owed] = await told()
    await change(database, "alert", first_try=clock())
    [doubtful] = await told()
    # What rang is owed until the next scan has planned what follows.
    await change(database, "alert", due=UNPLANNED)

    assert owed.startswith("Alerts are owed for more than five minutes: 1. ")
    assert "five minutes: 1, 1 of which may be in Slack all the same. " in doubtful
    assert await told() == []


async def test_a_clock_that_was_set_is_told_for_an_hour_and_breaks_nothing(health, timetable, now):
    timetable.jump = Jump(-3600.4, at=now())

    [problem] = await health.problems()
    now.seconds += 3601

    assert (problem.name, problem.breaks) == ("clock", False)
    assert "was set back by 3600 s" in problem.message
    assert await health.problems() == []


async def post(poster, channel):
    until = asyncio.get_running_loop().time() + 5
    return await poster.post(channel, {"text": "Hello"}, until=until)


async def test_what_another_channel_does_not_take_breaks_nothing(health, poster):
    await post(poster, NOWHERE)

    assert await kinds(health) == [("messages", False)]


@pytest.mark.parametrize("owed", [True, False])
async def test_what_was_refused_here_is_told_while_anything_is_owed(
    slack, health, poster, program, owed
):
    """Another process may have posted it since: then this one would never know."""
    slack.fail("chat.postMessage", Fault.error("not_in_channel"), times=None)
    if owed:
        await program.file("VPN is down")
    await post(poster, slack.helpdesk.id)
    assert await kinds(health) == [("messages", True)]

    poster.troubles._failing["chat.postMessage", slack.helpdesk.id].latest -= UNTIL_REPAIRED + 1

    assert await kinds(health) == ([("messages", True)] if owed else [])


async def test_a_message_that_is_gone_says_nothing_about_its_channel(slack, health, poster):
    await poster.edit(slack.helpdesk.id, "1.1", {"text": "Hello"})

    assert [call.answer["error"] for call in slack.calls_of("chat.update")] == ["message_not_found"]
    assert await health.problems() == []


async def test_without_the_scope_for_histories_the_desk_is_ok_and_says_so(
    slack, health, history, clock
):
    slack.fail("conversations.history", Fault.error("missing_scope"))

    with capture_logs() as logged:
        assert (await history.look([Doubt(clock(), clock())], channel=slack.helpdesk.id)).blind
        assert await kinds(health) == [("history", False)]

    assert told_of(logged) == [("a problem", "history")]


async def test_a_channel_that_cannot_be_read_breaks_a_promise_until_it_can(health, history, clock):
    await history.look([Doubt(clock(), clock())], channel=NOWHERE)

    assert await kinds(health) == [("history", True)]


@pytest.mark.parametrize("forwarded", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
async def test_channels_are_named_to_callers_on_this_machine_and_to_admins_only(
    slack, program, store, forwarded, looked
):
    slack.fail("chat.postMessage", Fault.error("not_in_channel"), times=None)
    await program.file("Server down")
    await slack.until(lambda: slack.calls_of("chat.postMessage"))
    await looked()
    admin = await store.accounts.add(
        name="Amir", email="amir@example.com", password_hash="none", role=Role.ADMIN
    )
    token = {"Authorization": f"Bearer {Tokens(SECRET).issue(admin)}"}
    through = {forwarded: "203.0.113.7"}

    near = await replace(program, headers={}).get("/readyz")
    far = await replace(program, headers=through).get("/readyz")
    agent = await program.get("/readyz", headers=through)
    forged = await program.get("/readyz", headers=through | {"Authorization": "Bearer x"})
    amir = await replace(program, headers=through | token).get("/readyz")

    assert {answer.status for answer in (near, far, agent, forged, amir)} == {503}
    for answer in (near, amir):
        assert answer.body["detail"] == [BROKEN]
        assert answer.body["problems"][0]["message"] == BROKEN
    for answer in (far, agent, forged):
        [problem] = answer.body["problems"]
        assert problem.keys() == {"name", "since"}
        assert (answer.body["status"], answer.body["detail"]) == ("not ready", ["messages"])


def test_the_manual_tells_what_each_line_wants(health):
    table = (Path(__file__).parents[2] / "docs/operating.md").read_text().split("| line | 503 |")[1]

    told = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)

    # The last are those that wiring.py adds.
    asked = ["scopes", "events", "channels", "people", "secret"]
    assert sorted(told) == sorted(["database", *health._sources, *asked])


@pytest.mark.parametrize(
    ("why", "channel", "remedy", "patience"),
    [
        ("channel_not_found", "C0HELPDESK", "by its id, in HELPDESK_ALERT_CHANNEL", 0),
        ("channel_not_found", NOWHERE, "/invite @HelpDesk in the channel, or close the tickets", 0),
        ("not_in_channel", "C0HELPDESK", "type /invite @HelpDesk in the channel", 0),
        ("missing_scope", NOWHERE, "install the app again from manifest.yml", 0),
        ("ratelimited", NOWHERE, "it goes on as fast as Slack lets it", PASSING),
        ("TimeoutError", NOWHERE, "see whether this machine reaches Slack", PASSING),
    ],
)
async def test_how_far_the_reading_is_behind_is_told_with_a_remedy(
    health, store, now, why, channel, remedy, patience
):
    await store.readings.add_channels([channel], since="1772442000.000100")
    await store.readings.failed(channel, why)
    with capture_logs() as logged:
        if patience:
            assert await kinds(health) == []
            now.seconds += patience
        assert await kinds(health) == [("reading", False)]
        [problem] = await health.problems()
        assert problem.message.startswith(f"What was said in {channel} since 2026-03-02 09:00 UTC")
        assert f"({why})" in problem.message
        assert remedy in problem.message

        await store.readings.read_to(channel, "1772442000.000200")
        assert await kinds(health) == []
    assert told_of(logged) == [("a problem", "reading"), ("a problem is over", "reading")]


async def test_what_takes_long_to_be_read_is_told_after_a_minute(health, store, now):
    await store.readings.add_channels([NOWHERE], since="1772442000.000100")
    await store.readings.walked(NOWHERE, Walk("1772449000.000100", "1772448000.000100"))
    assert await kinds(health) == []
    now.seconds += CATCHING_UP

    [problem] = await health.problems()

    assert problem.message == (
        f"What was said in {NOWHERE} since 2026-03-02 09:00 UTC, and Slack did not tell of, is"
        " being read."
    )
    assert not problem.breaks
