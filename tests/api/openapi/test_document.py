"""The OpenAPI document says what the API does, all of it and nothing else."""

import re
from dataclasses import replace

import pytest
from aiohttp import web
from openapi_spec_validator import validate

from api.app import create_api
from api.errors import STATUS, ExpectationFailed, MethodNotAllowed, Misdirected, NotFound
from api.tokens import Tokens
from core.desk.people.people import People
from core.people.link_codes import LinkCode
from tests.api.openapi.conftest import hold, operations

# None was asked yet.
OF_NO_ENDPOINT = {NotFound, MethodNotAllowed, ExpectationFailed, Misdirected}
OF_THE_SERVER = {
    "/",
    "/openapi.json",
    "/docs",
    "/docs/",
    "/docs/index.html",
    "/docs/{file}",
}


def contents(document):
    """Each description of a body, sent or received."""
    for operation in operations(document).values():
        for said in (operation.get("requestBody", {}), *operation["responses"].values()):
            yield from said.get("content", {}).values()


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

    elsewhere = {STATUS[kind][1] for kind in OF_NO_ENDPOINT}
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


@pytest.mark.parametrize("shortest", [3, 20])
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
    assert schemas["Registration"]["then"]["properties"]["password"]["minLength"] == max(
        shortest, 12
    )
    assert (refused.status, taken.status) == (400, 200)
    assert f"at least {shortest} characters" in refused.body["error"]["message"]
