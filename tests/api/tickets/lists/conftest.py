"""Many tickets, and lists of them read page by page."""

import pytest
from bson import ObjectId


def titles(answer):
    return [item["title"] for item in answer.body["items"]]


@pytest.fixture
def many(database):
    """Copies a ticket in the database, so that there are many in no time."""

    async def copies(ticket, count, **fields):
        original = await database["tickets"].find_one({"number": ticket["number"]})
        newest = await database["tickets"].find_one({}, sort={"number": -1})
        first = newest["number"] + 1
        await database["tickets"].insert_many(
            original | fields | {"_id": ObjectId(), "number": number}
            for number in range(first, first + count)
        )

    return copies


async def walk(caller, path, step):
    """Every page from the first to the one that says it is the last."""
    pages = [await caller.get(path)]
    while pages[-1].body[f"next_{step}"] is not None:
        assert len(pages) < 50
        more = f"{path}&{step}={pages[-1].body[f'next_{step}']}"
        pages.append(await caller.get(more))
    return pages


def numbers(pages):
    return [item["number"] for page in pages for item in page.body["items"]]
