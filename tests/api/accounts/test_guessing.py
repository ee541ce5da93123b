"""Who tries passwords is stopped, and nobody else is."""

import asyncio
from dataclasses import replace

import pytest

from core.desk.people import guesses
from core.desk.people.guesses import Guesses
from core.desk.people.people import People
from core.errors import DeskError
from core.people import passwords
from core.people.accounts import Credentials
from core.store.limits.wrong_passwords import WrongPasswordStore
from tests.support.exposition import hit

HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def process(desk, store, database, clock, passwords, serve):
    """Serves the desk as another process does; gives its address."""

    async def started():
        tried = Guesses(WrongPasswordStore(database["wrong_passwords"]), clock)
        people = People(store.accounts, passwords, staff={}, min_password=6, guesses=tried)
        return await serve(replace(desk, people=people))

    return started


@pytest.fixture
def people(store, passwords, clock):
    tried = Guesses(store.wrong_passwords, clock)
    return People(store.accounts, passwords, staff={}, min_password=6, guesses=tried)


@pytest.fixture
def sign_in(people):
    """What becomes of it, by the name of the error."""

    async def tried(email, password="wrong", *, address=HERE):
        try:
            await people.sign_in(Credentials(email=email, password=password), address=address)
        except DeskError as error:
            return type(error).__name__
        return "in"

    return tried


async def login(caller, email, password="wrong"):
    return await caller.post("/api/auth/login", {"email": email, "password": password})


async def test_after_ten_wrong_passwords_nobody_gets_in_from_there(stranger, ada, process, clock):
    # Case 13.
    stranger = replace(stranger, url=await process())
    statuses = []
    for _ in range(10):
        statuses.append((await login(stranger, ada.email)).status)
        clock.forward(seconds=30)
    before = hit()

    refused = await login(stranger, ada.email, "correct-horse")

    assert statuses == [401] * 10
    assert (refused.status, refused.body["error"]["code"]) == (429, "RATE_LIMIT")
    said = "Too many wrong passwords came from your address. Try again in 10 minutes."
    assert refused.body["error"]["message"] == said
    assert refused.headers["Retry-After"] == "600"
    assert hit() == before | {"sign-in": before["sign-in"] + 1}
    # The first of them is past then.
    clock.forward(seconds=600)
    assert (await login(stranger, ada.email, "correct-horse")).status == 200


async def test_the_owner_gets_in_from_elsewhere_and_others_from_there(sign_in, ada, ben):
    assert {await sign_in(ada.email) for _ in range(10)} == {"WrongCredentials"}

    assert await sign_in(ada.email, "correct-horse") == "TooMany"
    assert await sign_in(ada.email.upper(), "correct-horse") == "TooMany"
    assert await sign_in(ada.email, "correct-horse", address=THERE) == "in"
    assert await sign_in(ben.email, "correct-horse") == "in"


async def test_a_right_password_takes_nothing_back(sign_in, ada, ben):
    for _ in range(9):
        await sign_in(ada.email)

    # The owner's, from elsewhere and there; and that of an account of the attacker's own.
    for email, address in ((ada.email, THERE), (ada.email, HERE), (ben.email, HERE)):
        assert await sign_in(email, "correct-horse", address=address) == "in"

    assert await sign_in(ada.email) == "WrongCredentials"
    assert await sign_in(ada.email) == "TooMany"


async def test_an_address_has_fifty_wrong_ones_over_all_accounts(sign_in, ada, clock):
    accounts = [f"somebody{number}@example.com" for number in range(10)]
    for _ in range(5):
        assert {await sign_in(email) for email in accounts} == {"WrongCredentials"}
        clock.forward(minutes=1)

    assert await sign_in("new@example.com") == "TooMany"
    assert await sign_in(ada.email, "correct-horse") == "TooMany"
    assert await sign_in(ada.email, "correct-horse", address=THERE) == "in"
    clock.forward(minutes=10)
    assert await sign_in(ada.email, "correct-horse") == "in"


async def test_an_unknown_address_is_answered_as_a_known_one_is(stranger, ada, process):
    stranger = replace(stranger, url=await process())

    def said(answer):
        return answer.status, answer.body, answer.headers.get("Retry-After")

    known = [said(await login(stranger, ada.email)) for _ in range(12)]
    unknown = [said(await login(stranger, "nobody@example.com")) for _ in range(12)]

    assert known == unknown
    assert [status for status, *_ in known] == [401] * 10 + [429] * 2


async def test_a_burst_on_two_processes_has_ten_tries_in_all(stranger, ada, process):
    processes = [replace(stranger, url=await process()) for _ in range(2)]

    answers = await asyncio.gather(
        *(login(processes[number % 2], ada.email) for number in range(60))
    )

    statuses = [answer.status for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (10, 50)


async def test_a_burst_of_right_ones_gets_in(sign_in, ada, ben):
    who = [ada.email, ben.email] * 40

    came = await asyncio.gather(*(sign_in(email, "correct-horse") for email in who))

    assert set(came) == {"in"}


async def test_a_right_one_that_was_checked_while_others_were_wrong_is_none_more(
    people, store, clock, ada
):
    async def right():
        """Meanwhile another process counts the last that are allowed."""
        for _ in range(guesses.OF_ADDRESS):
            await store.wrong_passwords.add(
                HERE, clock(), most=guesses.OF_ADDRESS, within=guesses.WITHIN
            )
        return True

    with pytest.raises(guesses.TooMany):
        await Guesses(store.wrong_passwords, clock).right(ada.email, HERE, right)


async def test_who_waits_for_their_turn_is_bounded(people, sign_in, ada, monkeypatch):
    monkeypatch.setattr(guesses, "LONGEST_QUEUE", 20)

    came = await asyncio.gather(*(sign_in(ada.email, "correct-horse") for _ in range(60)))

    assert (came.count("in"), came.count("Busy")) == (20, 40)


async def test_somebody_elses_token_does_not_tell_their_password(ada, process):
    ada = replace(ada, url=await process())
    change = {"current": "wrong", "new": "battery-staple"}

    answers = [await ada.post("/api/auth/password", change) for _ in range(11)]

    assert [answer.status for answer in answers] == [401] * 10 + [429]
    assert (await login(ada, ada.email, "correct-horse")).status == 429


async def test_nothing_that_was_typed_is_kept(sign_in, database):
    await sign_in("my-password@example.com")

    documents = await database["wrong_passwords"].find().to_list()

    assert len(documents) == 2
    assert "my-password" not in repr(documents)


async def test_a_hundred_who_sign_in_at_once_hold_up_nobody_else(
    stranger, people, desk, serve, quick_hashes, monkeypatch
):
    # Case 15.
    monkeypatch.setattr(passwords, "_HASHER", quick_hashes)
    stranger = replace(stranger, url=await serve(replace(desk, people=people)))
    logins = [
        asyncio.create_task(login(stranger, f"somebody{number}@example.com"))
        for number in range(100)
    ]
    answers = [await stranger.get("/healthz") for _ in range(10)]
    done = sum(one.done() for one in logins)
    statuses = {(await one).status for one in logins}

    assert {answer.status for answer in answers} == {200}
    assert done < len(logins)
    assert statuses == {401, 429}
