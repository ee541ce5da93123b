"""The OpenAPI document says what the API does, all of it and nothing else."""

import re
from dataclasses import replace

import pytest
from aiohttp import web
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from api.app import create_api
from api.errors import STATUS
from api.limits import Limits
from api.openapi import error_responses
from api.tokens import Tokens
from core.desk.people.allowances import Allowances
from core.desk.people.people import People
from core.people.link_codes import LinkCode
from core.settings.rates import Rate

OF_THE_SERVER = {
    "/",
    "/openapi.json",
    "/docs",
    "/docs/",
    "/docs/index.html",
    "/docs/{file}",
}
KINDS = ("account", "address")
NEARLY_NEVER = Rate(1, 24 * 3600)


@pytest.fixture
async def document(stranger):
    return (await stranger.get("/openapi.json")).body


def operations(document):
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def contents(document):
    """Each description of a body, sent or received."""
    for operation in operations(document).values():
        for said in (operation.get("requestBody", {}), *operation["responses"].values()):
            yield from said.get("content", {}).values()


def hold(document, schema, value):
    whole = schema | {"components": document["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)


async def test_it_is_valid_openapi_3_1(document):
    validate(document)

    assert document["openapi"].startswith("3.1.")


async def test_it_lists_every_route_and_nothing_else(document, desk):
    app = create_api(desk, Tokens("secret" * 6), cors_origins=["local"], health=None, loopback=True)

    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if isinstance(route.resource, web.DynamicResource | web.PlainResource)
        and route.method not in {"HEAD", "OPTIONS"}
    }

    assert served == set(operations(document)) | {("GET", path) for path in OF_THE_SERVER}


async def test_each_operation_has_a_summary_and_a_name_of_its_own(document):
    every = operations(document).values()

    assert all(operation["summary"] for operation in every)
    assert len({operation["operationId"] for operation in every}) == len(every)


async def test_each_error_code_is_in_it_but_those_that_no_endpoint_gives(document):
    shown = {
        example["value"].get("code") or example["value"]["error"]["code"]
        for content in contents(document)
        for example in content.get("examples", {}).values()
    }

    elsewhere = {STATUS[kind][1] for kind in error_responses.OF_NO_ENDPOINT}
    assert shown == {code for _, code in STATUS.values()} - elsewhere
    assert all(code in document["info"]["description"] for code in elsewhere)


async def test_every_example_holds_its_own_schema(document):
    for content in contents(document):
        shown = [example["value"] for example in content.get("examples", {}).values()]
        for value in shown or [content["example"]]:
            hold(document, content["schema"], value)


async def test_what_it_offers_to_send_is_taken_on_whatever_day_it_is_read(
    document, stranger, ada, ben, olga, amir, clock, desk, store
):
    clock.forward(days=30_000)
    await amir.post(
        "/api/auth/register",
        {"name": "Hackathon User", "email": "testuser@example.com", "password": "123456"},
    )
    refused = []

    for (method, path), operation in operations(document).items():
        offered = []
        for content in operation.get("requestBody", {}).get("content", {}).values():
            name = content["schema"]["$ref"].rpartition("/")[2]
            fields = document["components"]["schemas"][name]["properties"].items()
            one_each = [
                {field: said["examples"][0]} for field, said in fields if "examples" in said
            ]
            offered = [content["example"], *(one_each if name == "Snooze" else [])]
        for body in offered:
            ticket = await ada.file()
            who = stranger if "/auth/" in path else amir if "/users" in path else olga
            if path == "/api/auth/password":
                who, body = ben, body | {"current": "correct-horse"}
            if path == "/api/auth/link":
                who, code = amir, LinkCode(**body)
                shown_to = await desk.people.slack_user("U0BEN")
                await store.accounts.links.give(shown_to.id, code.digest, at=clock())
            id = ben.id if "/users" in path else ticket["_id"]
            answer = await who.send(method, path.replace("{id}", id), json=body)
            if answer.status not in (200, 201, 409):
                refused.append((method, path, body, answer.body))

    assert refused == []


async def test_the_manual_comes_from_this_server_alone(stranger):
    page = await stranger.get("/")

    assert page.headers["Content-Type"].startswith("text/html")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'self';")
    parts = re.findall(r'(?:href|src)="([^"]+)"', page.body)
    assert parts[0] == "data:,"
    for part in parts[1:]:
        assert part.startswith("/docs/")
        kind = (await stranger.get(part)).headers["Content-Type"].rpartition("/")[2]
        assert kind == {"css": "css", "js": "javascript"}[part.rpartition(".")[2]]


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


@pytest.mark.parametrize("shortest", [3, 8])
async def test_it_says_how_long_a_new_password_is_here(
    desk, store, passwords, serve, ada, shortest
):
    people = People(store.accounts, passwords, staff={}, min_password=shortest)
    caller = replace(ada, url=await serve(replace(desk, people=people)))
    schemas = (await caller.get("/openapi.json")).body["components"]["schemas"]
    password, new = schemas["Registration"]["properties"], schemas["NewPassword"]["properties"]
    given = {"current": "correct-horse", "new": "x" * (shortest - 1)}

    refused = await caller.post("/api/auth/password", given)
    taken = await caller.post("/api/auth/password", given | {"new": "x" * shortest})

    assert (password["password"]["minLength"], new["new"]["minLength"]) == (shortest, shortest)
    assert (refused.status, taken.status) == (400, 200)
    assert f"at least {shortest} characters" in refused.body["error"]["message"]
