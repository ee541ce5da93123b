"""The real MongoDB of the tests: as it is, and as the desk's store."""

import gc
import warnings
from contextlib import AsyncExitStack
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from core.store import Store, linked, open_store
from core.store.mongo.embedded import embedded_mongo
from tests.conftest import LONG_AGO, LONGEST_WAIT
from tests.support.quick_folder import quick_folder


def _name_if_any(collection):
    return [{"$limit": 1}, {"$project": {"_id": {"$literal": collection}}}]


# All that a test may leave something in.
COLLECTIONS = (
    "tickets",
    "accounts",
    "allowances",
    "answered",
    "api_tokens",
    "boards",
    "counters",
    "digests",
    "full_tickets",
    "greetings",
    "link_codes",
    "offers",
    "readings",
    "removals",
    "thread_readings",
    "timelines",
    "turns",
    "wrong_passwords",
)
# Which of them hold something, as an aggregation over the first.
WITH_DOCUMENTS = [
    *_name_if_any("tickets"),
    *({"$unionWith": {"coll": name, "pipeline": _name_if_any(name)}} for name in COLLECTIONS[1:]),
]


async def held_up(client, command, *, times, **whose):
    """Has MongoDB take 0.7 s for the next so many of these commands; gives what waits until it
    has got them all."""
    data = {"failCommands": [command], "blockConnection": True, "blockTimeMS": 700, **whose}
    before = await client.admin.command(
        "configureFailPoint", "failCommand", mode={"times": times}, data=data
    )

    async def under_way():
        await client.admin.command(
            "waitForFailPoint",
            "failCommand",
            timesEntered=before["count"] + times,
            maxTimeMS=LONGEST_WAIT * 1000,
        )

    return under_way


@pytest.fixture(scope="session")
async def mongo_uri(tmp_path_factory):
    arguments = ["--setParameter", "enableTestCommands=1"]
    arguments += ["--setParameter", "diagnosticDataCollectionEnabled=false"]
    with quick_folder(otherwise=tmp_path_factory.mktemp("mongo")) as folder:
        async with embedded_mongo(folder, arguments) as uri:
            yield uri


@pytest.fixture(scope="session")
async def raw_client(mongo_uri):
    """MongoDB as it is, for looking at what was really written."""
    async with AsyncMongoClient(mongo_uri, tz_aware=True) as client:
        yield client


@pytest.fixture(scope="session")
async def prepared_store(mongo_uri):
    """Its MongoDB answers, however slowly on a busy machine: what is to happen when it does not is
    tried with stores of their own."""
    patience = dict.fromkeys(("timeoutMS", "waitQueueTimeoutMS"), LONGEST_WAIT * 1000)
    async with open_store(mongo_uri, **patience) as store:
        await store.prepare()
        yield store
        ours = {name for name in await store._database.list_collection_names() if "." not in name}
        assert ours <= {*COLLECTIONS, "migrations"}, "what a test leaves there, others find"


@pytest.fixture
async def database(raw_client, prepared_store):
    """The desk's database, empty of documents, with its indexes."""
    database = raw_client.get_default_database()
    async for row in await database["tickets"].aggregate(WITH_DOCUMENTS):
        await database[row["_id"]].delete_many({})
    # The accounts are gone, too.
    linked._UNWRITTEN.clear()
    return database


@pytest.fixture
def expire(database):
    """Ends what the database's clock counts, instead of waiting for it: leases, doubts, waits.

    With `held=False` only what no process holds, so that a desk may run meanwhile.
    """

    async def done(*, held=True):
        over = {
            name: {"$cond": [{"$gt": [f"$$one.{name}", None]}, LONG_AGO, None]}
            for name in ("free_at", "last_try")
        }
        one = {"$mergeObjects": ["$$one", over]}
        deliveries = {"$map": {"input": "$deliveries", "as": "one", "in": one}}
        until = {"$cond": [{"$gt": ["$delivery.until", None]}, LONG_AGO, "$$REMOVE"]}
        whose = {} if held else {"delivery.lease": {"$exists": False}}
        await database["tickets"].update_many(
            whose | {"deliveries": {"$exists": True}},
            [{"$set": {"deliveries": deliveries, "delivery.until": until}}],
        )
        for name in ("boards", "digests", "turns"):
            which = whose | {"delivery.until": {"$type": "date"}}
            await database[name].update_many(which, {"$set": {"delivery.until": LONG_AGO}})
        await database["turns"].update_many(
            {"free_at": {"$type": "date"}}, {"$set": {"free_at": LONG_AGO}}
        )

    return done


@pytest.fixture
async def store(prepared_store, database):
    return prepared_store


def pytest_collection_modifyitems(items):
    quiet = pytest.mark.filterwarnings("default::pytest.PytestUnraisableExceptionWarning")
    for item in items:
        if "left_sockets" in item.fixturenames:
            item.add_marker(quiet)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Nothing holds the test's fixtures any more: what they left is collected, without a word."""
    result = yield
    if "left_sockets" in item.fixturenames:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
    return result


@pytest.fixture
def left_sockets():
    """The driver leaves a socket open where it connects when its server goes or it is closed: not
    our matter. They are collected after the test, so that no other is warned of them."""


@pytest.fixture
async def another_store(mongo_uri, left_sockets):
    """Opens a store of its own, with other options of the driver or on another database."""
    async with AsyncExitStack() as stores:

        async def opened(uri: str = mongo_uri, **options: Any) -> Store:
            return await stores.enter_async_context(open_store(uri, **options))

        yield opened
