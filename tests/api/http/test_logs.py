"""The log: one line a request, who and what, and never a secret or what people wrote."""

import base64
import re
from dataclasses import replace

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

CANARY = "canary-7f3e91"


@pytest.fixture
def logged():
    with capture_logs(processors=[merge_contextvars]) as entries:
        yield entries


def requests(entries):
    return [entry for entry in entries if entry["event"] == "request"]


async def test_a_request_is_one_line_with_its_id_actor_and_ticket(ada, logged):
    ticket = await ada.file()
    logged.clear()

    await ada.get(f"/api/tickets/{ticket['_id']}", headers={"X-Request-Id": "my-request"})

    [line] = logged
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "request_id": "my-request",
        "method": "GET",
        "route": "/api/tickets/{id}",
        "status": 200,
        "actor": ada.id,
        "ticket": ticket["_id"],
    }


async def test_a_new_ticket_is_named_in_the_line_of_the_request_that_filed_it(ada, logged):
    ticket = await ada.file()

    assert requests(logged)[-1]["ticket"] == ticket["_id"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("DELETE", "/api/tickets", 405),
        ("GET", "/api/auth/me", 401),
        ("POST", "/api/auth/login", 415),
        ("GET", "/healthz", 200),
        ("GET", "/docs/nothing", 404),
        ("OPTIONS", "/api/tickets", 405),
    ],
)
async def test_a_request_that_fails_is_one_line_too(stranger, logged, method, path, status):
    answer = await stranger.send(method, path)

    [line] = requests(logged)
    assert (line["status"], answer.status) == (status, status)
    assert answer.headers["X-Request-Id"] == line["request_id"]


async def test_nothing_secret_and_nothing_that_people_wrote_is_logged(stranger, logged):
    new = {"name": CANARY, "email": f"{CANARY}@example.com", "password": CANARY}
    key = {"Idempotency-Key": CANARY}
    wrong = {"Authorization": f"Bearer {CANARY}"}
    await stranger.post("/api/auth/register", new)
    await stranger.post("/api/auth/register", new)
    login = {"email": new["email"], "password": CANARY}
    token = (await stranger.post("/api/auth/login", login)).body["token"]
    await stranger.post("/api/auth/login", login | {"password": f"{CANARY}!"})
    user = replace(stranger, headers={"Authorization": f"Bearer {token}"})

    for _ in range(2):
        await user.post("/api/tickets", {"title": CANARY, "description": CANARY}, headers=key)
        await user.post("/api/tickets/1/comments", {"message": CANARY}, headers=key)
    await user.post("/api/tickets", {"title": CANARY, CANARY: CANARY})
    await user.patch("/api/tickets/1", {"title": f"{CANARY} again", "version": 9})
    await user.get(f"/api/tickets?assignee={CANARY}")
    await user.get(f"/api/tickets/{CANARY}%0Ainjected")
    await user.get(f"/{CANARY}", headers=wrong)
    await stranger.get("/api/tickets", headers=wrong)
    basic = base64.b64encode(f"{CANARY}:{CANARY}".encode()).decode()
    await stranger.get("/api/tickets", headers={"Authorization": f"Basic {basic}"})

    # Case 42.
    everything = str(logged)
    assert len(requests(logged)) == 15
    for secret in (CANARY, token, token.rpartition(".")[2], basic):
        assert secret not in everything


@pytest.mark.parametrize("id", ["a%0Ab", "a%1B%5B31m", "%E2%80%A8", "x" * 300, "%FF"])
async def test_no_address_breaks_a_line_of_the_log(ada, logged, id):
    # Case 25.
    await ada.get(f"/api/tickets/{id}")

    [line] = requests(logged)
    assert re.fullmatch(r"[\w#-]{0,24}", line["ticket"] or "", re.ASCII)


async def test_a_bug_is_logged_with_its_traceback_under_the_request_id(ada, desk, serve, logged):
    def broken_clock():
        raise RuntimeError("the clock stood still")

    url = await serve(replace(desk, clock=broken_clock))

    answer = await replace(ada, url=url).post("/api/tickets", {"title": "x"})

    bug = next(entry for entry in logged if entry["event"] == "unhandled error")
    assert "the clock stood still" in str(bug["exc_info"])
    assert bug["request_id"] == answer.headers["X-Request-Id"]
