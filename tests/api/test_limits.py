"""How often somebody may ask: of all processes together never more, and at most a tenth less."""

import asyncio
from dataclasses import replace

import pytest

from core.desk.people.people import People
from core.desk.people.unknown_tokens import MOST, UnknownTokens
from core.errors import TooMany, Unavailable
from core.people.accounts import AccountChange
from core.people.api_tokens import new_secret
from tests.api.conftest import MINUTE, Counted, asked, standing
from tests.support.exposition import hit

NOBODY = {"Authorization": ""}
BACK = AccountChange(disabled=False)


async def test_every_answer_says_how_many_are_left_and_when_there_are_more(ada, process, clock):
    ada = replace(ada, url=await process(accounts=10))
    clock.forward(seconds=15)

    answers = [
        await ada.file() and await ada.get("/api/tickets/1"),
        await ada.get("/api/tickets/2"),
        await ada.post("/api/tickets", {"title": ""}),
        await ada.send("HEAD", "/api/tickets"),
        await ada.get("/api/users"),
    ]

    assert [answer.status for answer in answers] == [200, 404, 400, 200, 403]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"account";q=10;w=60'}
    assert [standing(answer) for answer in answers] == [(left, 45) for left in (8, 7, 6, 5, 4)]


async def test_who_asked_too_often_is_told_when_to_come_back_and_then_may(ada, process, clock):
    ada = replace(ada, url=await process(accounts=3))
    clock.forward(seconds=20)
    await asked(ada, 3)
    before = hit()

    refused = await ada.post("/api/tickets", {"title": "x"})

    assert (refused.status, refused.body["error"]["code"]) == (429, "RATE_LIMIT")
    assert refused.body["error"]["message"] == "An account may ask 3 a minute. Try again in 40 s."
    assert refused.headers["Retry-After"] == "40"
    assert standing(refused) == (0, 40)
    assert hit() == before | {"account": before["account"] + 1}
    clock.forward(seconds=40)
    assert (await ada.get("/api/tickets")).body["items"] == []


async def test_each_account_counts_for_itself_with_all_of_its_tokens(ada, ben, process):
    url = await process(accounts=2)
    made = await ada.post("/api/tokens", {"name": "nightly", "scope": "read"})
    program = replace(ada, url=url, headers={"Authorization": f"Bearer {made.body['token']}"})
    ada, ben = replace(ada, url=url), replace(ben, url=url)

    answers = [
        await ada.get("/api/tickets"),
        # What a token may not is counted, too.
        await program.post("/api/tickets", {"title": "x"}),
        await program.get("/api/tickets"),
        await ben.get("/api/tickets"),
    ]

    assert [answer.status for answer in answers] == [200, 403, 429, 200]


async def test_who_brings_no_token_of_ours_is_known_by_the_address(ada, stranger, process):
    url = await process(accounts=10, addresses=4)
    stranger, known = replace(stranger, url=url), replace(ada, url=url)
    wrong = {"email": "ada@example.com", "password": "wrong"}
    before = hit()

    answers = [
        await stranger.get("/api/tickets"),
        await stranger.get("/api/tickets", headers={"Authorization": "Bearer x"}),
        await stranger.post("/api/auth/login", wrong),
        # Whatever comes with it: who signs in is nobody yet.
        await known.post("/api/auth/login", wrong),
        await stranger.post("/api/auth/login", wrong),
        await stranger.get("/api/tickets", headers={"Authorization": "Bearer x"}),
        await known.get("/api/tickets"),
    ]

    assert [answer.status for answer in answers] == [401, 401, 401, 401, 429, 429, 200]
    assert answers[0].headers["RateLimit-Policy"] == '"address";q=4;w=60'
    assert "Without a token" in answers[4].body["error"]["message"]
    assert hit() == before | {"address": before["address"] + 2}


def none(number):
    """A token that is none."""
    return new_secret(f"{number:024x}")


async def test_a_good_token_is_let_in_from_an_address_whose_others_used_up_its_allowance(
    ada, stranger, process, desk, store, passwords, clock
):
    made = await ada.post("/api/tokens", {"name": "nightly", "scope": "read"})
    # It remembers nobody yet.
    people = People(store.accounts, passwords, staff={}, min_password=6)
    url = await process(accounts=100, addresses=3, desk=replace(desk, people=people))
    office, good = replace(stranger, url=url), f"Bearer {made.body['token']}"

    async def asked_with(token):
        return (await office.get("/api/tickets", headers={"Authorization": token})).status

    assert [await asked_with(f"Bearer {none(n)}") for n in range(5)] == [401] * 3 + [429] * 2

    assert await asked_with(good) == 200
    assert await asked_with(f"Bearer {none(5)}") == 429
    clock.forward(seconds=MINUTE)
    assert await asked_with(f"Bearer {none(5)}") == 401


async def test_tokens_of_an_address_with_nothing_left_are_looked_up_in_one_question_after_a_pause(
    ada, another_store
):
    counted, pauses = Counted(), asyncio.Semaphore(0)
    tokens = (await another_store(event_listeners=[counted])).accounts.tokens
    made = await ada.post("/api/tokens", {"name": "nightly", "scope": "read"})
    unknown = UnknownTokens(tokens, pauses.acquire)

    def asked_about(ids):
        return asyncio.gather(*(unknown.get(id) for id in ids), return_exceptions=True)

    first = asked_about([*(none(n).id for n in range(MOST - 1)), made.body["_id"]])
    await asyncio.sleep(0)
    [too_many] = await asked_about([none(MOST).id])
    before = counted.of.get("api_tokens", 0)
    pauses.release()
    found = await first
    later = asked_about(none(n).id for n in range(10))
    await asyncio.sleep(0)
    after = counted.of["api_tokens"]
    pauses.release()

    assert isinstance(too_many, TooMany)
    assert [one and one.id for one in found] == [None] * (MOST - 1) + [made.body["_id"]]
    assert await later == [None] * 10
    assert (before, after, counted.of["api_tokens"]) == (0, 1, 2)


async def test_who_waits_to_be_looked_up_learns_that_the_database_does_not_answer(
    ada, another_store, raw_client
):
    tokens = (await another_store(appname="no look-ups")).accounts.tokens
    unknown = UnknownTokens(tokens, lambda: asyncio.sleep(0))
    failing = {"failCommands": ["find"], "appName": "no look-ups", "closeConnection": True}
    await raw_client.admin.command(
        "configureFailPoint", "failCommand", mode="alwaysOn", data=failing
    )
    try:
        with pytest.raises(Unavailable):
            await unknown.get(none(1).id)
    finally:
        await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")
    assert await unknown.get(none(1).id) is None


async def test_whose_account_is_disabled_costs_the_database_one_look(
    ada, amir, process, desk, passwords, another_store
):
    made = await ada.post("/api/tokens", {"name": "nightly", "scope": "read"})
    program = {"Authorization": f"Bearer {made.body['token']}"}
    await amir.patch(f"/api/users/{ada.id}", {"disabled": True})
    counted = Counted()
    store = await another_store(event_listeners=[counted])
    people = People(store.accounts, passwords, staff={}, min_password=6)
    url = await process(accounts=100, addresses=3, desk=replace(desk, people=people))

    for headers in (ada.headers, program) * 5:
        answer = await replace(ada, url=url).get("/api/tickets", headers=headers)
        assert answer.status in (401, 429)

    # Of the token it is noted, too, when it was used last.
    assert (counted.of["accounts"], counted.of["api_tokens"]) == (1, 1 + 1)
    # Back again, it is let in by whoever let it back.
    await people.administration.change(await people.administration.account(ada.id), BACK)
    assert (await replace(ada, url=url).get("/api/tickets")).status == 200


async def test_what_is_no_part_of_the_api_is_not_limited(stranger, process):
    stranger = replace(stranger, url=await process(accounts=1, addresses=1))
    await asked(stranger, 2)

    for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
        answer = await stranger.get(path)
        assert answer.status == 200, path
        assert "RateLimit" not in answer.headers


async def test_a_page_in_a_browser_may_read_how_many_are_left(ada, process):
    ada = replace(ada, url=await process(accounts=9))

    answer = await ada.get("/api/tickets", headers={"Origin": "http://localhost:3000"})

    shown = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= {*shown}


@pytest.mark.parametrize("most", [200, 7])
async def test_fifty_at_once_on_two_processes_have_one_limit(ada, process, most, clock):
    urls = [await process(accounts=most) for _ in range(2)]
    callers = [replace(ada, url=urls[number % 2]) for number in range(50)]

    for _ in range(2):
        clock.forward(minutes=1)
        rounds = await asyncio.gather(*(asked(caller, 8) for caller in callers))
        passed = sum(answer.status == 200 for answers in rounds for answer in answers)

        assert most * 0.9 <= passed <= most
        # Who was asked no more had little left.
        rest = [answer.status for answer in await asked(callers[0], most)]
        assert passed + rest.count(200) <= most
