"""What is sent with a key; where a ticket is."""

import pytest
from bson import ObjectId


class Posting:
    """Sends one kind of thing, and counts how often it was made."""

    def __init__(self, path, count):
        self.path = path
        self.count = count

    def body(self, words):
        return {"message": words} if self.path.endswith("/comments") else {"title": words}

    async def send(self, caller, words="Server down", key="abc123", **headers):
        keyed = {"Idempotency-Key": key} if key is not None else {}
        return await caller.post(self.path, self.body(words), headers=keyed | headers)


@pytest.fixture(params=["tickets", "comments"])
async def posting(request, ada, database):
    tickets = database["tickets"]
    if request.param == "tickets":

        async def count():
            return await tickets.count_documents({})

        return Posting("/api/tickets", count)

    ticket = await ada.file()

    async def count():
        document = await tickets.find_one({"_id": ObjectId(ticket["_id"])})
        return len(document["comments"])

    return Posting(f"/api/tickets/{ticket['_id']}/comments", count)


def address(ticket):
    return f"/api/tickets/{ticket['_id']}"
