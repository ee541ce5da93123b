"""/metrics: what it counts, who may read it, and that nobody outside makes it grow."""

from contextlib import asynccontextmanager

import pytest

from bot.runtime.jobs import Timetable
from bot.runtime.metrics import SCAN, Measured
from bot.serving import serving
from core.metrics import CONTENT_TYPE
from core.people.accounts import Role
from core.store.delivery.entries import KINDS
from localslack import Fault
from tests.bot.conftest import card_of
from tests.conftest import SECRET, Caller, Tokens
from tests.support.exposition import grown, labels, read, series


@pytest.fixture
async def admin(session, desk_url, store, password_hash):
    account = await store.accounts.add(
        name="Amir", email="amir@example.com", password_hash=password_hash, role=Role.ADMIN
    )
    headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
    return Caller(session, desk_url, account.id, account.email, headers)


@pytest.fixture
def told(admin):
    """All series and their values now."""

    async def now():
        return read((await admin.get("/metrics")).body)

    return now


async def test_the_api_shows_them_to_admins_only(admin, program, session, desk_url):
    assert (await Caller(session, desk_url).get("/metrics")).status == 401
    assert (await program.get("/metrics")).status == 403

    answer = await admin.get("/metrics")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == CONTENT_TYPE


async def test_requests_are_told_apart_by_route_method_and_status(admin, told):
    ticket = await admin.file()
    before = await told()

    for address in (ticket["_id"], "T-1", "1"):
        assert (await admin.get(f"/api/tickets/{address}")).status == 200
    assert (await admin.get("/api/tickets/T-99")).status == 404

    found = grown(before, await told(), "helpdesk_request_seconds_count")
    route = {"method": "GET", "route": "/api/tickets/{id}"}
    assert found[labels(**route, status="200")] == 3
    assert found[labels(**route, status="404")] == 1


async def test_whatever_a_stranger_asks_makes_one_series(session, desk_url, told):
    stranger = Caller(session, desk_url)
    before = await told()

    for number, method in enumerate(["PROPFIND", "MKCOL", "LOCK", "SEARCH", "UNLINK"]):
        assert (await stranger.get(f"/made/up/{number}?x={number}")).status == 404
        assert (await stranger.send(method, "/healthz")).status == 405

    found = grown(before, await told(), "helpdesk_request_seconds_count")
    made_up = {key: count for key, count in found.items() if ("route", "other") in key}
    assert made_up == {
        labels(method="GET", route="other", status="404"): 5,
        labels(method="other", route="other", status="405"): 5,
    }


async def test_what_slack_sends_and_is_asked_is_counted(slack, file, told):
    before = await told()
    slack.fail("chat.postMessage", Fault.error("ratelimited"))
    slack.fail("chat.postMessage", Fault.error("is_archived"))
    slack.fail("chat.postMessage", Fault.status(503))

    card = await file()
    await slack.click(card, "Claim", by=slack.olga)

    after = await told()
    acks = grown(before, after, "helpdesk_slack_ack_seconds_count")
    assert acks[labels(kind="command", outcome="ok")] == 1
    assert acks[labels(kind="interaction", outcome="ok")] == 1
    calls = grown(before, after, "helpdesk_slack_calls_total")
    for outcome in ("ok", "ratelimited", "refused", "no answer"):
        assert calls[labels(method="chat.postMessage", outcome=outcome)] >= 1, outcome


async def test_a_form_that_is_opened_is_a_call_like_others(slack, admin, told):
    before = await told()

    await slack.command("new", by=slack.ada)
    await slack.modal(by=slack.ada)

    calls = grown(before, await told(), "helpdesk_slack_calls_total")
    assert calls[labels(method="views.open", outcome="ok")] == 1


async def test_what_is_owed_is_told_by_kind_with_the_age_of_the_oldest(slack, admin, told, clock):
    assert {(await told())[series("helpdesk_owed", kind=kind)] for kind in KINDS} == {0}
    slack.fail("chat.postMessage", Fault.error("is_archived"), times=None)

    await admin.file()
    clock.forward(minutes=6)
    owing = await told()

    assert owing[series("helpdesk_owed", kind="card")] == 1
    assert owing[series("helpdesk_owed_oldest_seconds", kind="card")] == 360
    slack.heal("chat.postMessage")
    await slack.until(lambda: card_of(slack, "T-1"))


async def test_how_far_behind_the_jobs_are_is_told(slack, told, looked):
    await looked()

    now = await told()

    assert 0 <= now[series("helpdesk_scan_lag_seconds")] < 60
    assert now[series("helpdesk_database_up")] == 1


async def test_sign_ins_that_are_refused_are_counted(admin, told):
    before = await told()

    for password in ("wrong-horse", "correct-horse"):
        await admin.post("/api/auth/login", {"email": admin.email, "password": password})

    found = grown(before, await told(), "helpdesk_sign_ins_refused_total")
    assert found == {labels(status="401"): 1}


async def test_what_mongodb_is_asked_is_counted_by_command(admin, told):
    ticket = await admin.file()
    before = await told()

    for _ in range(5):
        assert (await admin.get(f"/api/tickets/{ticket['_id']}")).status == 200

    found = grown(before, await told(), "helpdesk_database_seconds_count")
    assert found[labels(command="find", outcome="ok")] >= 5


async def test_limits_are_told_before_anybody_meets_them(told):
    now = await told()

    for limit in ("account", "address", "sign-in", "connections"):
        assert series("helpdesk_limits_hit_total", limit=limit) in now


async def test_without_mongodb_the_rest_is_told(another_store, clock):
    timetable = Timetable()

    async def scan():
        pass

    timetable.when_woken(SCAN, scan)
    nowhere = await another_store("mongodb://127.0.0.1:1/x", serverSelectionTimeoutMS=50)

    now = read(await Measured(nowhere, timetable, clock).exposition())

    assert now[series("helpdesk_database_up")] == 0
    assert series("helpdesk_scan_lag_seconds") in now
    assert not [name for name, _ in now if name.startswith("helpdesk_owed")]


@asynccontextmanager
async def apart(settings, clock):
    """A desk that shows its metrics at a port of their own."""
    changed = settings.model_copy(update={"metrics_port": 0})
    async with serving(changed, clock=clock, pause=0) as served:
        yield served


async def test_a_port_of_their_own_needs_no_token(store, settings, clock, session):
    async with apart(settings, clock) as served:
        async with session.get(served.metrics) as answer:
            assert (answer.status, answer.headers["Content-Type"]) == (200, CONTENT_TYPE)
            assert read(await answer.text())
        # A page may have its own name resolve to this machine.
        async with session.get(served.metrics, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 421
        async with session.get(f"{served.address}/metrics") as answer:
            assert answer.status == 404
    assert served.metrics.startswith("http://127.0.0.1:")
