"""Indexes and migrations: there before anybody is served, whoever starts and dies meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from core.errors import Unavailable
from core.store.schema import INDEXES, MIGRATIONS, PATIENCE

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


async def test_a_new_database_lacks_every_index(opened):
    store = await opened()

    missing = await store.missing_indexes()

    assert set(PROMISES) < set(missing)
    assert len(missing) == sum(map(len, WANTED.values()))


async def test_preparing_makes_every_index_and_notes_every_migration(opened, empty):
    store = await opened()

    await store.prepare()

    assert await names_of_indexes(empty) == WANTED
    assert await store.missing_indexes() == []
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

    assert await store.missing_indexes() == []
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

    missed = await store.missing_indexes()
    await store.prepare()

    assert missed == [promise]
    assert await store.missing_indexes() == []


async def test_an_index_of_that_name_that_is_not_unique_is_missed_too(opened, empty):
    # Case 43.
    store = await opened()
    await store.prepare()
    await empty["accounts"].drop_index("email")
    await empty["accounts"].create_index("email_folded", name="email")

    assert await store.missing_indexes() == ["accounts.email"]
    with pytest.raises(Unavailable):
        await store.prepare()


async def test_with_duplicates_in_the_data_the_index_cannot_come_back_and_that_is_said(
    opened, empty
):
    # Case 43.
    store = await opened()
    await store.prepare()
    await empty["accounts"].drop_index("email")
    await empty["accounts"].insert_many({"email_folded": "ada@example.com"} for _ in range(2))

    with pytest.raises(Unavailable):
        await store.prepare()

    assert await store.missing_indexes() == ["accounts.email"]


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
