"""Indexes and migrations: there before anybody is served, whoever starts and dies meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from core.errors import Unavailable
from core.idempotency import Key
from core.people.accounts import Actor, Role, Via
from core.store.migrations.migrations import INDEXES, MIGRATIONS, PATIENCE
from core.tickets import NewTicket, Ticket, TimelineEntry
from core.tickets.finding.query import TicketQuery
from tests.conftest import SLA
from tests.support.filled import MIB, fill

PROMISES = [
    "tickets.number",
    "tickets.idempotency_key",
    "accounts.email",
    "accounts.slack_id",
]


@pytest.fixture
async def empty(raw_client):
    """A database in which there is nothing at all."""
    database = raw_client.get_database(f"empty_{ObjectId()}")
    yield database
    await raw_client.drop_database(database.name)


@pytest.fixture
def opened(another_store, mongo_uri, empty):
    async def store():
        return await another_store(mongo_uri.replace("/helpdesk?", f"/{empty.name}?"))

    return store


async def names_of_indexes(database):
    return {
        collection: set(await database[collection].index_information()) - {"_id_"}
        for collection in INDEXES
    }


WANTED = {
    collection: {index.document["name"] for index in indexes}
    for collection, indexes in INDEXES.items()
}


async def flawed(store):
    return [flaw.name for flaw in await store.flaws()]


async def test_a_new_database_lacks_every_index(opened):
    store = await opened()

    missing = await flawed(store)

    assert set(PROMISES) < set(missing)
    assert len(missing) == sum(map(len, WANTED.values()))


async def test_preparing_makes_every_index_and_notes_every_migration(opened, empty):
    store = await opened()

    await store.prepare()

    assert await names_of_indexes(empty) == WANTED
    assert await store.flaws() == []
    done = await empty["migrations"].find().to_list()
    assert [(one["_id"], one["name"]) for one in done] == [
        (number, name) for number, name, _ in MIGRATIONS
    ]
    assert all("done_at" in one for one in done)


async def test_preparing_again_changes_nothing(opened, empty):
    store = await opened()
    await store.prepare()
    before = await empty["migrations"].find().to_list()

    await store.prepare()

    assert await empty["migrations"].find().to_list() == before


async def test_preparing_may_take_longer_than_a_question(opened, empty, another_store, mongo_uri):
    """With a million tickets an index takes longer than anybody waits for an answer."""
    uri = mongo_uri.replace("/helpdesk?", f"/{empty.name}?")
    hasty = await another_store(uri, timeoutMS=5)

    await hasty.prepare()

    assert await names_of_indexes(empty) == WANTED


async def test_ten_that_start_at_once_migrate_once(opened, empty):
    stores = [await opened() for _ in range(10)]

    await asyncio.gather(*(store.prepare() for store in stores))

    assert await names_of_indexes(empty) == WANTED
    assert await empty["migrations"].count_documents({}) == len(MIGRATIONS)


async def test_a_migration_of_a_process_that_died_is_taken_over(opened, empty):
    begun = datetime.now(UTC) - PATIENCE - timedelta(seconds=1)
    await empty["migrations"].insert_one({"_id": 1, "name": "dead", "started_at": begun})
    store = await opened()

    await store.prepare()

    assert await store.flaws() == []
    assert "done_at" in await empty["migrations"].find_one({"_id": 1})


async def test_a_migration_that_another_process_works_on_is_waited_for(opened, empty):
    await empty["migrations"].insert_one(
        {"_id": 1, "name": "theirs", "started_at": datetime.now(UTC)}
    )
    preparing = asyncio.create_task((await opened()).prepare())

    await empty["migrations"].update_one({"_id": 1}, {"$set": {"done_at": datetime.now(UTC)}})
    await preparing

    assert (await empty["migrations"].find_one({"_id": 1}))["name"] == "theirs"


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


async def test_alerts_of_an_earlier_version_are_named_by_their_kind(opened, empty, clock):
    due, other = datetime(2026, 3, 2, 13, tzinfo=UTC), datetime(2026, 3, 4, 13, tzinfo=UTC)
    old = {"owed": True, "due": other, "announced": [due], "tried": [due], "claimed_due": due}
    old |= {"channel": "C1", "ts": "1.1"}
    never = {"owed": True, "due": due, "announced": [], "tried": []}
    await empty["tickets"].insert_many([{"number": 1, "alert": old}, {"number": 2, "alert": never}])
    await empty["tickets"].create_index("alert.due", name="alert_owed")

    await (await opened()).prepare()

    one, two = [row["alert"] for row in await empty["tickets"].find().sort("number").to_list()]
    named = "breach:1772456400000"
    assert (one["ring"], one["at"]) == ("breach:1772629200000", other)
    assert one["announced"] == one["tried"] == [named]
    assert one["claimed"] == {"name": named, "kind": "breach", "due": due, "at": due}
    assert one["latest"] == {"kind": "breach", "due": due, "at": due}
    assert (two["ring"], two["claimed"], two["latest"]) == (named, None, None)
    [message] = one["messages"]
    assert (message["channel"], message["ts"], message["kind"]) == ("C1", "1.1", "breach")
    assert (two["messages"], "ts" in one) == ([], False)
    assert "alert_owed" not in await empty["tickets"].index_information()


async def test_words_from_before_are_found_those_of_notes_by_agents_alone(opened, empty):
    store = await opened()
    await store.prepare()
    at, by = datetime.now(UTC), Actor(str(ObjectId()), "Olga", Role.AGENT, Via.REST)
    tickets, comments = [], ("Publicly", "$Secretly - $said", "", "Openly")
    for number in (1, 2, 3):
        new = NewTicket(title=f"Ticket {number}")
        ticket = Ticket.opened(new, id=str(ObjectId()), number=number, by=by, at=at, sla=SLA)
        tickets.append(ticket)
        entry = TimelineEntry(at, by.person, by.via, "created")
        await store.tickets.add(ticket, entry, key=None, receipt_to=None)
        said = [
            {
                "_id": ObjectId(),
                "message": text,
                "author": {"_id": ObjectId(by.id), "name": "Olga", "slack_id": None},
                "created_at": at,
            }
            | ({"internal": True} if 0 < place < 3 else {})
            for place, text in enumerate(comments)
        ]
        await empty["tickets"].update_one({"number": number}, {"$set": {"comments": said}})
    await fill(empty, 3, to=16 * MIB - 100)
    await empty["tickets"].drop_index("words")
    await empty["migrations"].delete_one({"_id": 6})

    await store.prepare()

    assert await store.flaws() == []
    for ticket in tickets:
        read = await store.tickets.get(ticket.id)
        assert [one.message for one in read.comments] == [*comments]
        assert [one.internal for one in read.comments] == [False, True, True, False]
    for word, notes, found in (
        ("ticket", False, [3, 2, 1]),
        # There was no room for them in the third.
        ("publicly", False, [2, 1]),
        ("openly", True, [2, 1]),
        ("secretly", False, []),
        ("said", False, []),
        ("secretly", True, [2, 1]),
        ("said", True, [2, 1]),
    ):
        results = await store.tickets.search.with_all([word], TicketQuery(), notes=notes, limit=9)
        assert [one.number for one in results.tickets] == found


async def test_when_a_ticket_was_closed_is_known_of_older_ones_too(opened, empty):
    store = await opened()
    await store.prepare()
    closed, reopened, again = (datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3))

    def to(status, at):
        return {"at": at, "changes": {"status": {"old": "x", "new": status}}}

    ends = [to("closed", closed), to("open", reopened), to("closed", again), {"at": reopened}]
    await empty["tickets"].insert_many(
        [
            {"number": 1, "status": "closed", "timeline": ends, "updated_at": reopened},
            {"number": 2, "status": "closed", "updated_at": reopened},
            {"number": 3, "status": "open", "timeline": ends[:2], "updated_at": reopened},
            {"number": 4, "status": "resolved", "timeline": [], "updated_at": reopened},
        ]
    )
    await empty["migrations"].delete_one({"_id": 8})

    await store.prepare()

    found = await empty["tickets"].find().sort({"number": 1}).to_list()
    assert [row.get("closed_at") for row in found] == [again, reopened, None, None]
