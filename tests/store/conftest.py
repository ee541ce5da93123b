"""Databases in which there is nothing, and stores on them."""

import pytest
from bson import ObjectId

from core.store.migrations.migrations import INDEXES


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
