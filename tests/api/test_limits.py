"""How often somebody may ask: of all processes together never more, and at most a tenth less."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from pymongo.monitoring import CommandListener

from api.limits import Limits
from core.desk.people import allowances
from core.desk.people.allowances import Allowances
from core.desk.people.people import People
from core.desk.people.unknown_tokens import MOST, UnknownTokens
from core.errors import TooMany, Unavailable
from core.people.accounts import AccountChange
from core.people.api_tokens import new_secret
from core.settings.rates import Rate
from core.store.limits.lots import LotStore
from tests.support.exposition import hit

MINUTE = 60
NOBODY = {"Authorization": ""}
BACK = AccountChange(disabled=False)


class Counted(CommandListener):
    """How many commands were about each collection."""

    def __init__(self):
        self.of = {}

    def started(self, event):
        collection = event.command.get(event.command_name)
        if isinstance(collection, str):
            self.of[collection] = self.of.get(collection, 0) + 1

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


@pytest.fixture
def process(desk, database, clock, serve):
    """Serves the desk as another process does, with these limits a minute; gives its address."""

    async def started(*, accounts=None, addresses=None, lots=None, **options):
        lots = lots or LotStore(database["allowances"])

        def limit(kind, count):
            return Allowances(kind, Rate(count, MINUTE), lots, clock) if count else None

        limits = Limits(limit("account", accounts), limit("address", addresses))
        return await serve(options.pop("desk", desk), limits=limits, **options)

    return started


def standing(answer):
    """What is left, and when there is more."""
    found = re.fullmatch(r'"(?:account|address)";r=(\d+);t=(\d+)', answer.headers["RateLimit"])
    return int(found[1]), int(found[2])


async def asked(caller, times, path="/api/tickets"):
    return [await caller.get(path) for _ in range(times)]


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


async def test_nearly_no_request_asks_the_database_whether_it_may(
    ada, another_store, process, desk
):
    counted = Counted()
    store = await another_store(event_listeners=[counted])
    desk = replace(desk, tickets=store.tickets)
    ada = replace(ada, url=await process(desk=desk, accounts=600, lots=store.lots))
    await ada.file()
    counted.of.clear()

    await asked(ada, 300, "/api/tickets/1")

    assert counted.of["tickets"] == 300
    assert counted.of["allowances"] <= 30


async def test_who_is_refused_costs_the_database_nothing(ada, another_store, process):
    counted = Counted()
    store = await another_store(event_listeners=[counted])
    ada = replace(ada, url=await process(accounts=1, lots=store.lots))
    await asked(ada, 2)
    counted.of.clear()

    assert {answer.status for answer in await asked(ada, 20)} == {429}
    assert counted.of == {}


@pytest.mark.parametrize("count", [1, 2, 5, 40, 200])
async def test_what_many_processes_have_left_is_never_more_than_a_tenth(database, count):
    """Each draws again when it has used what it had, as often as there is something."""
    processes = [LotStore(database["allowances"]) for _ in range(count)]
    has, drawn, most = dict.fromkeys(processes, 0), 0, 600

    while True:
        for one in processes:
            lot = await one.draw("account x 1", of=most, lasts=timedelta(minutes=1))
            # One is used by whoever asked for it.
            has[one] = max(0, lot.size - 1)
            drawn += lot.size
            assert lot.left == most - drawn
            assert sum(has.values()) <= most // 10
        if lot.left == 0:
            break

    assert drawn == most


async def test_of_how_many_it_is_remembered_is_bounded(store, clock, monkeypatch, database):
    monkeypatch.setattr(allowances, "MOST", 10)
    limit = Allowances("address", Rate(30, MINUTE), store.lots, clock)

    for number in range(40):
        assert (await limit.take(f"192.0.2.{number}")).allowed

    assert len(limit._purses) == 10
    assert await database["allowances"].count_documents({}) == 40


async def test_the_database_removes_what_is_over(store, clock, database):
    limit = Allowances("address", Rate(30, MINUTE), store.lots, clock)
    await limit.take("192.0.2.1")

    indexes = await database["allowances"].index_information()
    [document] = await database["allowances"].find().to_list()

    assert indexes["until"]["expireAfterSeconds"] == 0
    now = (await database.client.admin.command("hello"))["localTime"].replace(tzinfo=UTC)
    assert 5 * MINUTE < (document["until"] - now).total_seconds() <= 6 * MINUTE


async def test_without_a_database_what_is_left_of_a_lot_is_handed_out_and_then_nothing(
    ada, another_store, process, raw_client
):
    store = await another_store(appname="no lots")
    ada = replace(ada, url=await process(accounts=60, lots=store.lots))
    [first] = await asked(ada, 1)
    failing = {"failCommands": ["findAndModify"], "appName": "no lots", "closeConnection": True}
    await raw_client.admin.command(
        "configureFailPoint", "failCommand", mode="alwaysOn", data=failing
    )
    try:
        answers = await asyncio.gather(*(ada.get("/api/tickets") for _ in range(10)))
    finally:
        await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")

    assert (first.status, standing(first)[0]) == (200, 59)
    statuses = [answer.status for answer in answers]
    # Three were drawn, half a tenth.
    assert (statuses.count(200), statuses.count(503)) == (2, 8)
    assert {answer.headers["Retry-After"] for answer in answers if answer.status == 503} == {"1"}
    assert (await ada.get("/api/tickets")).status == 200
