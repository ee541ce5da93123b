"""A ticket that was changed very often, and where its history lies."""

from datetime import timedelta

import pytest
from bson import ObjectId

TICKET = "/api/tickets/1"
WHAT = ("changed", "acknowledged", "commented", "changed", "noted", "snoozed", "edited")


@pytest.fixture
async def filed(ada):
    return await ada.file(priority="high")


@pytest.fixture
def grow(database, filed, ada, olga):
    """Adds so many entries, each of which says which one it is, as if they had been changes."""

    async def done(count, *, what=WHAT, more=None, wide=300):
        document = await database["tickets"].find_one()
        done = len(document["timeline"])
        by = {"_id": ObjectId(olga.id), "name": "Olga", "slack_id": None}
        entries = []
        for n in range(done, done + count):
            entry = {"at": document["created_at"] + timedelta(seconds=n), "by": by, "via": "rest",
                     "what": what[n % len(what)], "token": f"{n:0{wide}}"}  # fmt: skip
            if entry["what"] == "changed":
                was = {"old": "open", "new": "in_progress"}
                entry["changes"] = {"status": was, "description": {"old": f"{n}", "new": "x"}}
            entries.append(entry | (more(n) if more else {}))
        raised = sum(one["what"] not in {"commented", "noted", "edited"} for one in entries)
        change = {"$push": {"timeline": {"$each": entries}}, "$inc": {"version": raised}}
        await database["tickets"].update_one({}, change)
        return entries

    return done


@pytest.fixture
def parts(database):
    """How many entries its document has, and how many each of the others that it names."""

    async def found():
        document = await database["tickets"].find_one()
        named = document.get("timelines", [])
        sizes = []
        for one in named:
            part = await database["timelines"].find_one({"_id": one["_id"]})
            assert len(part["timeline"]) == one["entries"]
            sizes.append(one["entries"])
        return len(document["timeline"]), sizes

    return found


async def whole(caller, limit=100):
    """Its timeline, page by page."""
    items, cursor = [], ""
    while cursor is not None:
        answer = await caller.get(f"{TICKET}/timeline?limit={limit}{cursor}")
        assert answer.status == 200
        items += answer.body["items"]
        cursor = answer.body["next_cursor"] and f"&cursor={answer.body['next_cursor']}"
    return items
