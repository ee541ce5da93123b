"""Every answer is as the OpenAPI document describes it, and all that it describes occurs."""

from dataclasses import replace

from api.limits import Limits
from core.desk.people.allowances import Allowances
from core.settings.rates import Rate
from tests.api.openapi.conftest import hold, operations

KINDS = ("account", "address")
NEARLY_NEVER = Rate(1, 24 * 3600)


async def test_answers_are_as_described_and_every_described_one_but_a_failure_occurs(
    document, stranger, ada, ben, olga, amir, clock, desk, store, serve
):
    seen = set()

    async def ask(who, method, path, json=None, *, of=None, **more):
        """Sends a request and holds the answer against what is said of it."""
        answer = await who.send(method, path, json=json, **more)
        key = (method, of or path.partition("?")[0])
        said = operations(document)[key]["responses"][str(answer.status)]
        if "content" in said:
            hold(document, said["content"]["application/json"]["schema"], answer.body)
        for name, header in said["headers"].items():
            assert name in answer.headers or not header["required"], (key, answer.status, name)
            if name in answer.headers:
                hold(document, header["schema"], answer.headers[name])
        seen.add((*key, answer.status))
        return answer

    new = {"name": "Cy", "email": "cy@example.com", "password": "123456"}
    plain = {"data": "x", "headers": {"Content-Type": "text/plain"}}
    long = {"data": b" " * 70_000, "headers": {"Content-Type": "application/json"}}
    bad_token = {"headers": {"Authorization": "Bearer x"}}

    path = "/api/auth/register"
    for body in (new, new, new | {"role": "admin"}, {}):
        await ask(stranger, "POST", path, body)
    await ask(stranger, "POST", path, new, **bad_token)
    path = "/api/auth/login"
    for password in ("123456", "1234567", 1):
        body = {"email": new["email"], "password": password}
        await ask(stranger, "POST", path, body)
    for path in ("/api/auth/register", "/api/auth/login"):
        await ask(stranger, "POST", path, **plain)
        await ask(stranger, "POST", path, **long)
    for who in (ada, stranger):
        await ask(who, "GET", "/api/auth/me")

    path = "/api/tickets"
    once = {"headers": {"Idempotency-Key": "abc123"}}
    again = {"headers": once["headers"] | {"Prefer": "return=representation"}}
    made = await ask(ada, "POST", path, {"title": "Server down"}, **once)
    for body, more in (
        ({"title": "Server down"}, once),
        ({"title": "Server down"}, again),
        ({"title": "Server up"}, once),
        ({"title": " "}, once),
        (None, plain),
        (None, long),
    ):
        await ask(ada, "POST", path, body, **more)
    await ask(stranger, "POST", path, {"title": "Server down"})

    await ada.file()
    page = await ask(ada, "GET", "/api/tickets?limit=1")
    await ask(ada, "GET", f"/api/tickets?cursor={page.body['next_cursor']}")
    await ask(ada, "GET", "/api/tickets?status=late")
    for query in ("q=server", "q=-", "status=soon", "updated_since=2026-03-02T09:00:00Z"):
        await ask(ada, "GET", f"/api/tickets?{query}")
    await ask(stranger, "GET", "/api/tickets")

    path, of = f"/api/tickets/{made.body['_id']}", "/api/tickets/{id}"
    one = await ask(ada, "GET", path, of=of)
    await ask(ada, "GET", path, of=of, headers={"If-None-Match": one.headers["ETag"]})
    await ask(ben, "GET", path, of=of)
    await ask(stranger, "GET", path, of=of)

    for who in (ada, ben, stranger):
        await ask(who, "GET", f"{path}/clock", of=f"{of}/clock")

    await ask(olga, "PATCH", path, {"status": "closed", "assignee": amir.email}, of=of)
    for who, body, more in (
        (olga, {"status": "waiting"}, {}),
        (olga, {"status": "open", "version": 1}, {}),
        (olga, {"status": "open"}, {"headers": {"If-Match": '"1.0"'}}),
        (olga, {"version": 2}, {}),
        (ada, {"priority": "high"}, {}),
        (ben, {"title": "Mine"}, {}),
        (stranger, {"title": "Mine"}, {}),
        (ada, None, plain),
        (ada, None, long),
    ):
        await ask(who, "PATCH", path, body, of=of, **more)

    for what, body in (("acknowledge", None), ("snooze", {"minutes": 30})):
        for who in (ada, ben, stranger):
            await ask(who, "POST", f"{path}/{what}", body, of=f"{of}/{what}")
        await ask(olga, "POST", f"{path}/{what}", body, of=f"{of}/{what}")
    late_id = (await ada.file())["_id"]
    for what, body in (("acknowledge", None), ("snooze", {"minutes": 30})):
        await ask(olga, "POST", f"/api/tickets/{late_id}/{what}", body, of=f"{of}/{what}")
    for body, more in (({"minutes": 0}, {}), (None, plain), (None, long)):
        await ask(olga, "POST", f"{path}/snooze", body, of=f"{of}/snooze", **more)

    path, of = f"{path}/comments", f"{of}/comments"
    for who, body, more in (
        (ada, {"message": "Hello"}, once),
        (ada, {"message": "Hello"}, once),
        (ada, {"message": "Hello"}, again),
        (ada, {"message": "Bye"}, once),
        (ada, {"message": ""}, {}),
        (ada, {"message": "Hush", "internal": True}, {}),
        (olga, {"message": "Hush", "internal": True}, {}),
        (ben, {"message": "Hello"}, {}),
        (stranger, {"message": "Hello"}, {}),
        (ada, None, plain),
        (ada, None, long),
    ):
        await ask(who, "POST", path, body, of=of, **more)

    for who, query in (
        (ada, "?limit=1"),
        (olga, ""),
        (ada, "?limit=0"),
        (ben, ""),
        (stranger, ""),
    ):
        await ask(who, "GET", f"{path}{query}", of=of)
        timeline = path.replace("comments", "timeline")
        await ask(who, "GET", f"{timeline}{query}", of=of.replace("comments", "timeline"))

    path = "/api/reports/sla"
    for who, query in ((olga, ""), (amir, "?days=7"), (olga, "?days=0"), (ada, ""), (stranger, "")):
        await ask(who, "GET", f"{path}{query}", of=path)

    path, of = "/api/tokens", "/api/tokens/{id}"
    nightly = {"name": "nightly", "scope": "read"}
    made = await ask(ada, "POST", path, nightly)
    program = replace(ada, headers={"Authorization": f"Bearer {made.body['token']}"})
    for who, body, more in (
        (ada, nightly, {}),
        (ada, {}, {}),
        (stranger, nightly, {}),
        (program, nightly | {"name": "another"}, {}),
        (ada, None, plain),
        (ada, None, long),
    ):
        await ask(who, "POST", path, body, **more)
    await ask(program, "POST", "/api/tickets", {"title": "Server down"})
    for who, query in (
        (ada, ""),
        (ada, "?account=x"),
        (ben, f"?account={ada.id}"),
        (stranger, ""),
    ):
        await ask(who, "GET", f"{path}{query}")
        await ask(who, "DELETE", f"{path}/{made.body['_id']}{query}", of=of)
    await ask(ada, "DELETE", f"{path}/{made.body['_id']}", of=of)

    path, of = "/api/users", "/api/users/{id}"
    for who, query in ((amir, "?limit=1"), (amir, "?role=boss"), (ada, ""), (stranger, "")):
        await ask(who, "GET", f"{path}{query}")
    for who, id in ((amir, ben.id), (amir, "0" * 24), (ada, ben.id), (stranger, ben.id)):
        await ask(who, "GET", f"{path}/{id}", of=of)
        await ask(who, "PATCH", f"{path}/{id}", {"name": "Benjamin"}, of=of)
    for id, body, more in (
        (amir.id, {"role": "user"}, {}),
        (ben.id, {"role": "boss"}, {}),
        (ben.id, None, plain),
        (ben.id, None, long),
    ):
        await ask(amir, "PATCH", f"{path}/{id}", body, of=of, **more)

    writer = await ben.post("/api/tokens", nightly | {"scope": "write"})
    program = replace(ben, headers={"Authorization": f"Bearer {writer.body['token']}"})
    path, shown_to = "/api/auth/link", await desk.people.slack_user("U0BEN")
    code = (await desk.people.linking.code(shown_to.id, at=clock())).code
    for who, body, more in (
        (program, {"code": code}, {}),
        (stranger, {"code": code}, {}),
        (ben, {"code": "BBBBBBBB"}, {}),
        (ben, {"code": "B"}, {}),
        (ben, None, plain),
        (ben, None, long),
        (ben, {"code": code}, {}),
        (ben, {"code": code}, {}),
    ):
        await ask(who, "POST", path, body, **more)

    path = "/api/auth/password"
    for who, body, more in (
        (program, {"current": "correct-horse", "new": "battery-staple"}, {}),
        (stranger, {"current": "correct-horse", "new": "battery-staple"}, {}),
        (ben, {"current": "wrong", "new": "battery-staple"}, {}),
        (ben, {"current": "correct-horse"}, {}),
        (ben, None, plain),
        (ben, None, long),
        (ben, {"current": "correct-horse", "new": "battery-staple"}, {}),
    ):
        await ask(who, "POST", path, body, **more)
    for who in (program, ben, ada):
        await ask(who, "POST", "/api/auth/logout")

    for path in ("/healthz", "/readyz"):
        await ask(stranger, "GET", path)

    none = Limits(*(Allowances(kind, NEARLY_NEVER, store.lots, clock) for kind in KINDS))
    url = await serve(desk, limits=none)
    olga, stranger = replace(olga, url=url), replace(stranger, url=url)
    for who in (olga, stranger):
        await who.get("/api/tickets")
    for (method, of), operation in operations(document).items():
        if "429" in operation["responses"]:
            who = stranger if of == "/api/auth/login" else olga
            await ask(who, method, of.replace("{id}", "1"), of=of)

    described = {
        (*key, int(status))
        for key, operation in operations(document).items()
        for status in operation["responses"]
        if int(status) < 500
    }
    assert seen == described
