"""How long operations of MongoDB take is counted, by command and by how they ended."""

from contextlib import suppress

import pytest
from pymongo.errors import DocumentTooLarge

from core import metrics
from core.errors import EmailTaken, Unavailable
from core.people.accounts import Role
from tests.conftest import LONGEST_WAIT
from tests.support.exposition import grown, labels, read

COUNTED, SECONDS = (f"helpdesk_database_seconds_{what}" for what in ("count", "sum"))


@pytest.fixture
async def failing(another_store, raw_client):
    """A store whose pings fail so often as is said."""

    async def made(times, **how):
        store = await another_store(appname="counted")
        await store.answers()
        await raw_client.admin.command(
            "configureFailPoint",
            "failCommand",
            mode={"times": times},
            data={"failCommands": ["ping"], "appName": "counted"} | how,
        )
        return store

    yield made
    await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")


async def ended(store):
    """How its ping did."""
    before = read(metrics.exposition())
    with suppress(Unavailable):
        await store.answers()
    return grown(before, read(metrics.exposition()), COUNTED)


async def test_what_mongodb_refuses_is_told_apart(failing):
    store = await failing(1, errorCode=13)

    assert await ended(store) == {labels(command="ping", outcome="refused"): 1}


async def test_where_no_answer_comes_that_is_told(failing):
    store = await failing(1, closeConnection=True)

    assert await ended(store) == {labels(command="ping", outcome="no answer"): 1}


async def test_where_there_is_no_server_that_is_told(another_store):
    nowhere = await another_store("mongodb://127.0.0.1:1/x", serverSelectionTimeoutMS=50)

    assert await ended(nowhere) == {labels(command="ping", outcome="no answer"): 1}


async def test_what_is_there_already_is_an_answer_like_another(store, password_hash):
    ada = {"name": "Ada", "email": "ada@example.com", "password_hash": password_hash} | {
        "role": Role.USER
    }
    await store.accounts.add(**ada)
    before = read(metrics.exposition())

    with pytest.raises(EmailTaken):
        await store.accounts.add(**ada)

    found = grown(before, read(metrics.exposition()), COUNTED)
    assert found == {labels(command="insert", outcome="ok"): 1}


async def test_what_is_too_large_to_be_sent_is_refused(store):
    before = read(metrics.exposition())

    with pytest.raises(DocumentTooLarge):
        await store._database["tickets"].insert_one({"title": "x" * 17 * 1024 * 1024})

    found = grown(before, read(metrics.exposition()), COUNTED)
    assert found == {labels(command="insert", outcome="refused"): 1}


async def test_what_is_answered_took_so_many_seconds(failing):
    store = await failing(1, blockConnection=True, blockTimeMS=300)
    before = read(metrics.exposition())

    await store.answers()

    took = grown(before, read(metrics.exposition()), SECONDS)
    assert 0.3 <= took[labels(command="ping", outcome="ok")] < LONGEST_WAIT
