"""/readyz says what is the matter, since when and what to do."""

import asyncio
import re
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from api.tokens import Tokens
from bot.health import CATCHING_UP, Readiness
from bot.runtime.jobs import FAILURES, Jump
from bot.slack.token_check import TokenCheck
from core.people.accounts import Role
from core.store.delivery.entries import UNPLANNED
from core.store.migrations.migrations import INDEXES
from core.store.readings import Walk
from core.tickets import NewTicket, Priority
from localslack import Fault
from tests.bot.health.conftest import NOWHERE, kinds
from tests.bot.runtime.test_jobs import turned
from tests.conftest import SECRET
from tests.support.deliveries import change
from tests.support.mongo import held_up


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


async def test_before_the_first_look_has_ended_the_desk_is_not_known_to_be_ready(health):
    before = [(one.name, one.breaks) for one in health.known]
    await health.problems()

    assert before == [("database", True)]
    assert health.known == []


async def test_who_asks_while_others_look_hears_of_an_index_that_is_gone_since(
    health, store, database, raw_client
):
    assert await health.problems() == []
    under_way = await held_up(raw_client, "find", times=1, appName="helpdesk")
    for_the_log = asyncio.create_task(health.look())
    await under_way()
    await database["accounts"].drop_index("email")
    try:
        [problem] = await health.problems()
    finally:
        await store.prepare()
        await for_the_log

    assert "accounts.email" in problem.message
    assert await health.problems() == []


@pytest.fixture
def asked_for_indexes(database, jobs):
    """Of which collections a desk asked in its start, up to the end of all that runs in it."""

    @asynccontextmanager
    async def counted(start):
        asked = []
        await database.command("profile", 2)
        try:
            async with start():
                for job in jobs:
                    await job.ended()
                yield asked
        finally:
            await database.command("profile", 0)
            looks = {"appName": "helpdesk", "command.listIndexes": {"$exists": True}}
            rows = await database["system.profile"].find(looks).to_list()
            await database["system.profile"].drop()
            asked += [row["command"]["listIndexes"] for row in rows]

    return counted


async def test_a_start_looks_at_the_indexes_of_each_collection_once(
    slack, store, start, asked_for_indexes
):
    async with asked_for_indexes(start) as asked:
        pass

    assert sorted(asked) == sorted(INDEXES)


async def test_a_start_that_could_not_look_at_the_indexes_tries_again_at_once(
    slack, store, start, jobs, raw_client
):
    unanswered = {"failCommands": ["listIndexes"], "errorCode": 50, "appName": "helpdesk"}
    point = {"configureFailPoint": "failCommand", "data": unanswered}
    await raw_client.admin.command(point | {"mode": "alwaysOn"})
    try:
        async with start():
            [indexes] = [job for job in jobs if job.name == "indexes"]
            await slack.until(lambda: indexes.runs)
    finally:
        await raw_client.admin.command(point | {"mode": "off"})


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


def test_the_manual_tells_what_each_line_wants(health):
    table = (Path(__file__).parents[3] / "docs/operating.md").read_text().split("| line | 503 |")[1]

    told = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)

    # The last are those that wiring.py adds.
    asked = ["scopes", "events", "channels", "people", "secret"]
    assert sorted(told) == sorted(["database", *health._sources, *asked])


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
