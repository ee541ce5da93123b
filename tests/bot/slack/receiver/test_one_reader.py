"""A request is read once: what the door has looked at is what is done."""

import asyncio
import json
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from tests.support.slack_requests import (
    COMMAND,
    FORM,
    JSON,
    OLGA,
    command,
    form,
    pressed,
    send,
    sent,
)


@asynccontextmanager
async def listener():
    """Somebody's address, and who has connected to it."""
    came = []

    async def connected(reader, writer):
        came.append(await reader.read(100))
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", came


GOOD = "https://hooks.slack.com/commands/1"


def ways(evil):
    """Ways to say one address to the door and another to whoever reads behind it."""
    told = {**COMMAND, "text": "report 7d", "user_id": "U0OLGA"}
    unknown = pressed("start", "T-1", by=OLGA)
    yield (
        "a field given twice",
        urlencode([*told.items(), ("response_url", GOOD), ("response_url", evil)]).encode(),
        FORM,
    )
    yield (
        "the other way round",
        urlencode([*told.items(), ("response_url", evil), ("response_url", GOOD)]).encode(),
        FORM,
    )
    yield "JSON as a form", json.dumps({**told, "response_url": evil}).encode(), FORM
    yield (
        "JSON as a form with a sign",
        json.dumps({**told, "response_url": f"{evil}?a=b"}).encode(),
        FORM,
    )
    yield "a command as JSON", json.dumps({**told, "response_url": evil}).encode(), JSON
    yield "a form as JSON", command(response_url=evil), JSON
    yield "another type", command(response_url=evil), {"Content-Type": "text/plain"}
    yield (
        "a type with parameters",
        command(response_url=evil),
        {"Content-Type": "application/json; charset=utf-16"},
    )
    yield (
        "JSON as text",
        json.dumps({**told, "response_url": evil}).encode(),
        {"Content-Type": "text/plain"},
    )
    yield "no type", command(response_url=evil), {"Content-Type": ""}
    yield (
        "many parts",
        command(response_url=evil),
        {"Content-Type": "multipart/form-data; boundary=x"},
    )
    yield (
        "payload beside a command",
        command(response_url=GOOD, payload=json.dumps(unknown | {"response_url": evil})),
        FORM,
    )
    yield (
        "payload twice",
        form(unknown | {"response_url": GOOD}) + b"&" + form(unknown | {"response_url": evil}),
        FORM,
    )
    twice = json.dumps(unknown | {"response_url": GOOD})[:-1] + f', "response_url": "{evil}"}}'
    yield "a key twice in the payload", urlencode({"payload": twice}).encode(), FORM
    yield "plain", command(text="report 7d", user_id="U0OLGA", response_url=evil), FORM
    yield "an interaction", form(unknown | {"response_url": evil}), FORM
    yield "a form's first address", form(sent(response_urls=[{"response_url": evil}])), FORM
    yield (
        "a form's second address",
        form(sent(response_urls=[{"response_url": GOOD}, {"response_url": evil}])),
        FORM,
    )
    yield "a list", form(unknown | {"response_url": [evil]}), FORM
    yield "an object", form(unknown | {"response_url": {"0": evil}}), FORM
    bare = evil.removeprefix("http://").rstrip("/")
    for odd in (
        f"https://hooks.slack.com@{bare}/",
        f"https://hooks.slack.com:443@{bare}/",
        f"https://hooks.slack.com\\@{bare}/",
        f"https://hooks.slack.com.{bare}/",
        f"//{bare}/https://hooks.slack.com/",
        f" {evil}",
        "http://[",
        f"{evil}#https://hooks.slack.com/",
        "http://127.0.0.1:1/response/1",
        "http://hooks.slack.com/commands/1",
        "https://HOOKS.slack.com.example/",
        "file:///etc/passwd",
    ):
        yield (
            f"address {odd[:24]}",
            command(text="report 7d", user_id="U0OLGA", response_url=odd),
            FORM,
        )


async def test_no_connection_is_made_anywhere_but_to_slack(slack, desk_url):
    async with listener() as (evil, came):
        for way, body, headers in ways(evil):
            reply = await send(slack, body, headers)

            assert reply.status == 400, way
            assert len(reply.body.splitlines()) == 1, way
            await asyncio.sleep(0)
            assert came == [], way


async def test_a_field_of_the_body_may_not_stand_in_the_address_too(slack, desk_url):
    body = command()

    for query in ("?text=new+high+x", "?a=1&a=2"):
        assert (await send(slack, body, to=slack.events_url + query)).status == 400
    assert (await send(slack, body, to=slack.events_url + "?tenant=1")).status == 200


async def test_what_the_local_slack_gives_is_answered_at(slack, program):
    answer = await slack.command("report 7d", by=slack.olga)

    assert await slack.until(lambda: answer.text)


async def test_slack_may_look_at_the_certificate_unsigned(slack, desk_url):
    for body in (b"ssl_check=1&token=x", b"token=x&ssl_check=1", b"ssl_check=1"):
        reply = await slack.send(body, FORM)

        assert (reply.status, reply.body) == (200, b""), body


UNSIGNED = [
    b"ssl_check=0&token=x",
    b"ssl_check=1&ssl_check=1",
    b"ssl_check=1&" + command(text="new high VPN is down"),
    b"token=x",
    command(text="new high VPN is down", ssl_check="1"),
    form(sent() | {"ssl_check": 1}),
    b"",
]


async def test_nothing_else_may_come_unsigned(slack, program):
    for body in UNSIGNED:
        reply = await slack.send(body, FORM)

        assert reply.status == 401, body
        assert (await program.get("/api/tickets")).body["items"] == [], body
