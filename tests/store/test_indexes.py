"""An index that is missing or stood in the way of: what is refused, and what is said."""

import asyncio
from datetime import UTC, datetime

import pytest

from core.errors import Unavailable
from core.idempotency import Key
from core.people.accounts import Actor, Role, Via
from core.store.migrations.migrations import MIGRATIONS
from core.tickets import NewTicket, Ticket, TimelineEntry
from core.tickets.finding.query import TicketQuery
from tests.conftest import SLA
from tests.store.conftest import WANTED, names_of_indexes

PROMISES = [
    "tickets.number",
    "tickets.idempotency_key",
    "accounts.email",
    "accounts.slack_id",
]


async def flawed(store):
    return [flaw.name for flaw in await store.flaws()]


async def test_a_new_database_lacks_every_index(opened):
    store = await opened()

    missing = await flawed(store)

    assert set(PROMISES) < set(missing)
    assert len(missing) == sum(map(len, WANTED.values()))


async def test_what_was_seen_just_now_is_not_looked_for_again_unless_it_has_to_be(opened, empty):
    store = await opened()
    await store.prepare()
    await empty["accounts"].drop_index("email")

    assert await store.flaws(within=60) == []
    assert [flaw.name for flaw in await store.flaws()] == ["accounts.email"]
    assert [flaw.name for flaw in await store.flaws(within=60)] == ["accounts.email"]
    await store.prepare()
    assert await store.flaws(within=60) == []


async def test_after_a_look_that_failed_nothing_is_taken_for_seen(opened, raw_client):
    store = await opened()
    await store.prepare()
    unanswered = {"failCommands": ["listIndexes"], "errorCode": 50, "appName": "helpdesk"}
    point = {"configureFailPoint": "failCommand", "data": unanswered}

    await raw_client.admin.command(point | {"mode": "alwaysOn"})
    try:
        for within in (0, 60):
            with pytest.raises(Unavailable):
                await store.flaws(within=within)
    finally:
        await raw_client.admin.command(point | {"mode": "off"})

    assert await store.flaws(within=60) == []


@pytest.mark.parametrize("promise", PROMISES)
async def test_a_unique_index_that_was_dropped_is_missed_until_it_is_back(opened, empty, promise):
    # Case 43.
    store = await opened()
    await store.prepare()
    collection, _, index = promise.partition(".")
    await empty[collection].drop_index(index)

    missed = await flawed(store)
    await store.prepare()

    assert missed == [promise]
    assert await store.flaws() == []


async def test_an_index_of_that_name_that_is_not_unique_is_named_with_what_to_do(opened, empty):
    # Case 43.
    store = await opened()
    await store.prepare()
    await empty["accounts"].drop_index("email")
    await empty["accounts"].create_index("email_folded", name="email")

    [flaw] = await store.prepare()

    assert flaw.name == "accounts.email"
    assert flaw.message == (
        "The index accounts.email cannot be made: the index “email” stands in its way and is"
        ' another. Drop it: db.accounts.dropIndex("email").'
    )
    await empty["accounts"].drop_index("email")
    assert await store.prepare() == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("number", {"unique": False}),
        ("number", {"unique": True, "sparse": True}),
        ("theirs", {"unique": True, "hidden": True}),
        ("theirs", {"unique": True, "expireAfterSeconds": 3600}),
    ],
)
async def test_somebody_elses_index_stops_no_other_and_is_named(opened, empty, name, options):
    # Case 43.
    await empty["tickets"].create_index([("number", -1)], name=name, **options)
    store = await opened()

    [flaw] = await store.prepare()

    assert flaw.name == "tickets.number"
    assert f'Drop it: db.tickets.dropIndex("{name}").' in flaw.message
    there = await names_of_indexes(empty)
    assert there["accounts"] == WANTED["accounts"]
    assert there["tickets"] == WANTED["tickets"] - {"number"} | {name}
    done = await empty["migrations"].find({"done_at": {"$exists": True}}).to_list()
    assert len(done) == len(MIGRATIONS)


async def test_an_equal_index_under_another_name_is_as_good(opened, empty):
    await empty["tickets"].create_index([("number", -1)], name="theirs", unique=True)
    await empty["tickets"].create_index([("created_at", -1), ("number", -1)])
    store = await opened()

    assert await store.prepare() == []

    assert await filed(store) is not None
    since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    found = await store.tickets.overviews.filed_within(since, until, after=None, limit=10)
    assert len(found) == 1


async def test_with_duplicates_in_the_data_the_index_cannot_come_back_and_that_is_said(
    opened, empty
):
    # Case 43.
    store = await opened()
    await store.prepare()
    await empty["accounts"].drop_index("email")
    await empty["tickets"].drop_index("status")
    await empty["accounts"].insert_many({"email_folded": "ada@example.com"} for _ in range(2))

    [flaw] = await store.prepare()

    assert flaw.name == "accounts.email"
    assert "documents of “accounts” are alike in email_folded" in flaw.message
    assert "ada@example.com" not in flaw.message
    assert "status" in await empty["tickets"].index_information()


async def test_an_index_that_is_being_built_is_not_there_yet(opened, empty, raw_client):
    # Case 43.
    store = await opened()
    await store.prepare()
    await empty["accounts"].drop_index("email")
    await empty["accounts"].insert_one({"email_folded": "ada@example.com"})
    hang = {"configureFailPoint": "hangAfterStartingIndexBuild"}

    await raw_client.admin.command(hang | {"mode": "alwaysOn"})
    try:
        preparing = asyncio.create_task(store.prepare())
        while "email" not in await empty["accounts"].index_information():
            await asyncio.sleep(0.01)
        [flaw] = await store.flaws()
        with pytest.raises(Unavailable):
            await registered(store)
    finally:
        await raw_client.admin.command(hang | {"mode": "off"})
    await preparing

    assert flaw.message == "The index accounts.email is being built: wait until it is."
    assert await store.flaws() == []
    await registered(store)


async def filed(store, *, key=None, number=None, title="VPN is down"):
    number = number or await store.tickets.next_number()
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    by = Actor("68e164c48d99b0708b2c6453", "Ada", Role.USER, Via.REST)
    new = NewTicket(title=title)
    ticket = Ticket.opened(new, id=store.tickets.new_id(), number=number, by=by, at=at, sla=SLA)
    entry = TimelineEntry(at, by.person, by.via, "created")
    key = key and Key(key, "body")
    return await store.tickets.add(ticket, entry, key=key, receipt_to=None)


async def registered(store, email="ben@example.com"):
    return await store.accounts.add(name="Ben", email=email, password_hash="", role=Role.USER)


async def linked(store):
    fields = {"name": "Ben", "email": "ben@example.com", "password_hash": "", "role": Role.USER}
    return await store.accounts.link("U1", **fields)


async def test_what_rests_on_a_missing_index_is_refused_and_nothing_else(opened, empty):
    store = await opened()
    await store.prepare()
    await registered(store, "ada@example.com")
    await store.accounts.of_slack_user("U0", name="Olga")

    async def without(index, *refused):
        collection, _, name = index.partition(".")
        await empty[collection].drop_index(name)
        assert await flawed(store) == [index]
        for asked in refused:
            with pytest.raises(Unavailable, match=f"missing \\({index}\\)"):
                await asked()
        assert await store.accounts.with_email("ada@example.com")
        assert await store.accounts.of_slack_user("U0", name="Olga")
        assert await store.tickets.lists.page(TicketQuery(), limit=10) is not None
        if name != "number":
            assert await filed(store)
        await store.prepare()

    def new_slack_user():
        return store.accounts.of_slack_user("U2", name="Ben")

    await without("tickets.number", lambda: filed(store))
    await without("tickets.idempotency_key", lambda: filed(store, key="k"))
    await without("accounts.email", lambda: registered(store), lambda: linked(store))
    await without("accounts.slack_id", new_slack_user, lambda: linked(store))
    assert await filed(store, key="k")
    assert await linked(store)
    assert await new_slack_user()


async def test_a_store_that_never_looked_looks_before_it_makes_what_may_be_there_once(opened):
    store = await opened()

    with pytest.raises(Unavailable):
        await registered(store)


async def test_twenty_with_one_key_make_no_ticket_while_another_index_is_in_the_way(opened, empty):
    await empty["tickets"].create_index("requester._id", name="idempotency_key")
    store = await opened()
    await store.prepare()

    tries = [filed(store, key="k") for _ in range(20)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    assert await empty["tickets"].count_documents({}) == 0
    await empty["tickets"].drop_index("idempotency_key")
    await store.prepare()
    outcomes = await asyncio.gather(*(filed(store, key="k") for _ in range(20)))
    assert len([outcome for outcome in outcomes if outcome is not None]) == 1


@pytest.mark.parametrize("looked", [True, False])
async def test_lists_are_answered_without_the_indexes_of_their_order(opened, empty, looked):
    """Dropped just now, or a while ago and noticed."""
    store = await opened()
    await store.prepare()
    await filed(store, title="VPN is down")
    await empty["tickets"].drop_indexes()
    if looked:
        await store.flaws()
    at = datetime(2026, 3, 9, tzinfo=UTC)
    start = datetime(2026, 3, 1, tzinfo=UTC)

    async def titles(**asked):
        found = await store.tickets.lists.page(TicketQuery(breached_at=at, **asked), limit=10)
        return [ticket.title for ticket in found]

    assert await titles() == ["VPN is down"]
    assert await titles(requester="68e164c48d99b0708b2c6453") == ["VPN is down"]
    assert await titles(unassigned=True) == ["VPN is down"]
    overviews = store.tickets.overviews
    assert len(await overviews.filed_within(start, at, after=None, limit=10)) == 1
    assert (await store.boards.unquiet(at=at)).late == 1


async def test_somebody_elses_unique_index_is_no_repeat_and_no_bug(opened, empty):
    store = await opened()
    await store.prepare()
    await empty["tickets"].create_index("title", unique=True)
    await filed(store, title="VPN is down")

    with pytest.raises(Unavailable):
        await filed(store, title="VPN is down")
