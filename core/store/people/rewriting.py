"""Tickets of accounts that became one come to say so themselves, in portions."""

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from core.people.accounts import ERASED
from core.store.delivery.entries import ALL, each
from core.store.delivery.told.notices import notify_id
from core.store.mapping import Document
from core.store.room import has_room

# Tickets that are rewritten at once.
PORTION = 200
# Nobody is about to post or edit what it owes, and to write what became of it by its name.
_FREE: Document = {"$expr": {"$lte": ["$delivery.until", "$$NOW"]}}


class Rewriting:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    async def done(self, account: Document) -> bool:
        """Whether all say so now, whoever wrote to them meanwhile: those whose assignee is told of
        them just now are left for the next time."""
        await self.requesters(account)
        await self.assignees(account)
        left = await self._tickets.find_one(_to_do("assignee", account), {"_id": 1})
        return left is None

    async def requesters(self, account: Document) -> None:
        which, change = _to_do("requester", account), {"$set": _as_now("requester", account)}
        after: Document = {}
        while numbers := await self._portion("requester", account, after):
            after = {"number": {"$lt": numbers[-1]}}
            try:
                await self._tickets.update_many(which | {"number": {"$in": numbers}}, change)
            except DuplicateKeyError:
                await self._each(which, numbers, change)

    async def assignees(self, account: Document) -> None:
        """With what tells them of a ticket, which has its assignee's name and is found by it: both
        change at once, since a process may not have heard of all this."""
        which, as_now = _to_do("assignee", account), _as_now("assignee", account)
        before, name = (notify_id(str(account[field])) for field in ("linked_from", "_id"))
        told: Document = {
            "$and": [
                {"deliveries.id": {"$regex": f"^{before}"}},
                {"deliveries.id": {"$not": {"$regex": f"^{name}"}}},
            ]
        }
        renamed = {"$replaceOne": {"input": "$$one.id", "find": before, "replacement": name}}
        deliveries = each(ALL, {"$mergeObjects": ["$$one", {"id": renamed}]})
        both: Document = {field: {"$literal": value} for field, value in as_now.items()}
        both["deliveries"] = deliveries
        after: Document = {}
        while numbers := await self._portion("assignee", account, after):
            after = {"number": {"$lt": numbers[-1]}}
            these: Document = {"number": {"$in": numbers}}
            untold = {"$and": [which, these], "$nor": [told]}
            await self._tickets.update_many(untold, {"$set": as_now})
            free = {"$and": [which, these, told, _FREE]}
            await self._tickets.update_many(free, [{"$set": both}])

    async def _portion(self, field: str, account: Document, after: Document) -> list[int]:
        found = self._tickets.find(_theirs(field, account) | after, {"_id": 0, "number": 1})
        rows = await found.sort({"number": -1}).limit(PORTION).to_list()
        return [row["number"] for row in rows]

    async def _each(self, which: Document, numbers: list[int], change: Document) -> None:
        """But for those that both accounts filed with one key: either is found by it as it is."""
        for number in numbers:
            try:
                await self._tickets.update_one(which | {"number": number}, change)
            except DuplicateKeyError:
                continue


def _theirs(field: str, account: Document) -> Document:
    return {f"{field}._id": {"$in": [account["_id"], account["linked_from"]]}}


def _as_now(field: str, account: Document) -> Document:
    """The name stays as it was then."""
    return {f"{field}._id": account["_id"], f"{field}.slack_id": account["slack_id"]}


def _to_do(field: str, account: Document) -> Document:
    """Of who is erased nothing comes back; what is full is read as the other's all the same."""
    others = {f"{field}.name": {"$ne": ERASED}, "$nor": [_as_now(field, account)]}
    return _theirs(field, account) | others | {"$expr": has_room()}
