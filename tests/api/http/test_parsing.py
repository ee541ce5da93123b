"""What strangers send costs time that grows with its length, and no faster."""

import asyncio
import time
from contextlib import suppress

import pytest
from aiohttp.web import BaseRequest
from pydantic import ValidationError
from yarl import URL

from api.http import parsing
from api.tickets import lists, tickets
from api.tickets.reports import ReportQuery
from api.tokens import Tokens
from core.errors import DeskError, InvalidInput
from core.people.accounts import Credentials
from core.store.mapping import which_ticket
from core.tickets import ticket_number
from core.tickets.inputs import Changes, NewComment, NewTicket
from tests.conftest import LONGEST_WAIT


def by_name(model, name):
    """Reads a text as this field of the model."""
    return lambda text: model.model_validate({name: text})


def complaints(body):
    try:
        NewTicket.model_validate_json(body)
    except ValidationError as error:
        raise InvalidInput.of(error) from error


def fields(length):
    """A JSON object of so many bytes, with as many fields as fit."""
    return "{" + ",".join(f'"{n:x}":0' for n in range(length // 8)) + "}"


PARSERS = {
    "Prefer, blanks": (lambda text: parsing.wants_representation([text]), "a{}a", " "),
    "Prefer, a hundred": (lambda text: parsing.wants_representation([text] * 100), "a{}a", " "),
    "Prefer, parameters": (lambda text: parsing.wants_representation([text]), "a{}", ";,"),
    "Accept, kinds": (lambda text: parsing.accepted([text]), "{}", "a/b;q=0,"),
    "Accept, blanks": (lambda text: parsing.accepted([text]), "a{}a", " ;"),
    "Content-Type, semicolons": (parsing.is_json_in_utf_8, "application/json{}", ";"),
    "Content-Type, parameters": (parsing.is_json_in_utf_8, "application/json{}", ";a=b"),
    "Content-Type, quotes": (parsing.is_json_in_utf_8, 'application/json; a="{}', ";\\"),
    "Idempotency-Key": (parsing.idempotency_key, '"{}', "a"),
    "X-Request-Id": (parsing.request_id, "{}", "a"),
    "Authorization, blanks": (parsing.bearer_token, "Bearer {}a", " "),
    "Authorization, a token": (Tokens("s" * 32).sign_in, "{}", "a"),
    "Authorization, parts": (Tokens("s" * 32).sign_in, "{}", "."),
    "an ETag without an end": (lambda text: [*BaseRequest._etag_values(text)], '"{}', "a"),
    "ETags": (lambda text: [*BaseRequest._etag_values(text)], "{}", '"a" , '),
    "an ETag and blanks": (lambda text: [*BaseRequest._etag_values(text)], '"a"{}x', " "),
    "a ticket": (which_ticket, "T-{}", "1"),
    "a ticket for the log": (parsing.ticket_reference, "{}", "a"),
    "a ticket's number": (ticket_number, "{}", "1"),
    "names in a query": (lambda text: dict(URL(text, encoded=True).query), "/?{}", "a=&"),
    "signs in a query": (lambda text: dict(URL(text, encoded=True).query), "/?{}", "%"),
    "limit": (by_name(lists.ListQuery, "limit"), "{}", "9"),
    "offset": (by_name(lists.ListQuery, "offset"), "{}", "0"),
    "cursor": (by_name(lists.ListQuery, "cursor"), "{}", "MS4x"),
    "assignee": (by_name(lists.ListQuery, "assignee"), "{}", "a@"),
    "requester": (by_name(lists.ListQuery, "requester"), "a@{}", "."),
    "from": (by_name(ReportQuery, "from"), "{}", "2026-"),
    "days": (by_name(ReportQuery, "days"), "{}", "1"),
    "until": (by_name(tickets.Snooze, "until"), "2026-03-02T09:00:00.{}Z", "0"),
    "email": (by_name(Credentials, "email"), "{}", "a@"),
    "password": (by_name(Credentials, "password"), "{}", "\0"),
    "title": (by_name(NewTicket, "title"), "{}", " "),
    "message": (by_name(NewComment, "message"), "{}", "\n"),
    "waiting_for": (by_name(Changes, "waiting_for"), "{}", "\u2028"),
    "waiting_until": (by_name(Changes, "waiting_until"), "2026-03-02T09:00:00.{}Z", "0"),
    "brackets": (NewTicket.model_validate_json, "{}", "["),
    "digits": (NewTicket.model_validate_json, '{{"title": {}}}', "1"),
    "escapes": (NewTicket.model_validate_json, '{{"title": "{}"}}', "\\ud83d\\udd25"),
}


def seconds(parse, text):
    """The best of several times."""
    took = []
    for _ in range(3):
        start = time.perf_counter()
        with suppress(DeskError, ValueError):
            parse(text)
        took.append(time.perf_counter() - start)
    return min(took)


def grows_no_faster(parse, text):
    """Twice the text takes twice the time, and half as long again on a busy machine. Below some
    milliseconds, a machine's own doings count more; what is quadratic takes seconds here."""
    return any(
        seconds(parse, text(200_000)) <= 2.5 * seconds(parse, text(100_000)) + 0.005
        for _ in range(5)
    )


@pytest.mark.parametrize(("parse", "frame", "part"), PARSERS.values(), ids=PARSERS)
def test_twice_the_text_takes_at_most_twice_the_time(parse, frame, part):
    def text(length):
        return frame.format(part * (length // len(part)))

    assert grows_no_faster(parse, text)


def test_twice_as_much_wrong_takes_at_most_twice_the_time_to_say():
    assert grows_no_faster(complaints, fields)


async def test_a_hundred_of_the_worst_headers_hold_nobody_up(ada, stranger):
    # One of them held the whole process for three seconds.
    worst = b"Prefer: a" + b" " * 8_100 + b"a\r\n"
    key = {"Idempotency-Key": "abc123"}
    await ada.post("/api/tickets", {"title": "x"}, headers=key)
    body = b'{"title": "x"}'
    host, port = ada.url.removeprefix("http://").split(":")

    async with asyncio.timeout(LONGEST_WAIT):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            b"POST /api/tickets HTTP/1.1\r\nHost: " + host.encode() + b"\r\nConnection: close\r\n"
            b"Authorization: " + ada.headers["Authorization"].encode() + b"\r\n"
            b"Content-Type: application/json\r\nIdempotency-Key: abc123\r\n"
            + worst * 100
            + b"Content-Length: %d\r\n\r\n" % len(body)
            + body
        )
        answer, health = await asyncio.gather(reader.read(), stranger.get("/healthz"))
        writer.close()

    assert answer.startswith(b"HTTP/1.1 409 ")
    assert health.status == 200


@pytest.mark.parametrize("part", [";", ";a=b", ";a*0=b", "("])
async def test_the_longest_type_of_a_body_holds_nobody_up(stranger, part):
    said = ("application/json" + part * 8_000)[:8_000]

    async with asyncio.timeout(LONGEST_WAIT):
        answers = await asyncio.gather(
            *(
                stranger.send(
                    "POST",
                    "/api/auth/login",
                    data=b"{}",
                    headers={"Content-Type": f"{said}{turn}"},
                )
                for turn in range(100)
            )
        )

    assert {answer.status for answer in answers} == {415}


async def test_a_body_with_everything_wrong_is_answered_in_a_few_sentences(ada):
    answer = await ada.send(
        "POST",
        "/api/tickets",
        data=fields(60_000),
        headers={"Content-Type": "application/json"},
    )

    assert answer.status == 400
    assert len(answer.body["error"]["message"]) < 1_000
