"""A person is erased: ticket by ticket, and their account last, by which they are found again if
that is broken off.

All tickets are read, in portions and in the order of their ids: no index knows who is named where.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.errors import Unavailable
from core.people.accounts import ERASED, Account, Role
from core.store import linked
from core.store.delivery.entries import after_erasing, owed
from core.store.erasing.documents import Whom, erased, names_of, said_by
from core.store.erasing.names import pattern, without
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Database
from core.store.tickets.updates import literal
from core.tickets import Status

# Tickets that are read at once: one may have 16 MiB.
PORTION = 20
# Tries for a ticket that others change meanwhile.
_TRIES = 50


@dataclass
class Erasure:
    """What there is of somebody, of the tickets that were read."""

    account: Account
    # By which they are known, or were.
    names: set[str]
    # What else names them.
    also: Collection[str] = ()
    filed: int = 0
    comments: int = 0
    # Other tickets in which they are named, or did something.
    others: int = 0
    # In Slack, which are edited.
    messages: int = 0
    # Unfinished, which they are to work on.
    assigned: int = 0
    # The last ticket that was read.
    read_to: ObjectId | None = None

    @property
    def whom(self) -> Whom:
        return Whom(linked.ids(self.account.id), pattern(self.names, self.also))


class ErasureStore:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._tickets: AsyncCollection[Document] = database["tickets"]
        self._older: AsyncCollection[Document] = database["timelines"]
        self._accounts: AsyncCollection[Document] = database["accounts"]

    @reaches_mongo
    async def of(self, account: Account, also: Collection[str]) -> Erasure:
        """What is known of them by their account, also if an erasure of them was broken off."""
        rows = await self._accounts.find({"_id": {"$in": linked.ids(account.id)}}).to_list()
        known = {row.get(name) for row in rows for name in ("name", "handle", "email")}
        known |= {name for row in rows for name in row.get("erasing", ())}
        names = {name for name in known if name} - {ERASED, account.slack_id}
        return Erasure(account, names, also)

    @reaches_mongo
    async def look(self, erasure: Erasure) -> bool:
        """Counts what is to be done in the next portion of tickets, and gathers by which names
        they are there; False after the last."""
        documents = await self._portion(erasure)
        for document in documents:
            kept = [document, *await self._elsewhere(document)]
            erasure.names |= set().union(*(names_of(erasure.whom.ids, one) for one in kept))
            changes = erased(document, erasure.whom, said=_said(erasure, kept))
            ids = erasure.whom.ids
            unfinished = not Status(document["status"]).finished
            if (assignee := document["assignee"]) and assignee["_id"] in ids and unfinished:
                erasure.assigned += 1
            if not changes:
                continue
            erasure.filed += document["requester"]["_id"] in ids
            erasure.others += document["requester"]["_id"] not in ids
            said = [one for one in document.get("comments", ()) if one["author"]["_id"] in ids]
            erasure.comments += sum(bool(one["message"]) for one in said)
            there = [one for one in document.get("deliveries", ()) if one.get("ts")]
            erasure.messages += sum(one["kind"] != "full" for one in there)
        return bool(documents)

    @reaches_mongo
    async def begin(self, erasure: Erasure) -> None:
        """From here on they are called otherwise, get in nowhere and hear nothing. By which names
        they were known is kept until all is done."""
        erasure.read_to = None
        password = ("password_hash", "password_is_long")
        gone = ("handle", "name_due", "home", "hears", *password, "bot", "rewrite_at")
        change: Document = {
            "$set": {"name": ERASED, "disabled": True, "role": Role.USER.value},
            "$addToSet": {"erasing": {"$each": sorted(erasure.names)}},
            "$currentDate": {"named_at": True, "changed_at": True},
            "$inc": {"sign_in_epoch": 1},
            "$unset": dict.fromkeys(gone, True),
        }
        id = ObjectId(erasure.account.id)
        await self._database["api_tokens"].delete_many({"account_id": id})
        await self._accounts.update_one({"_id": id}, change)
        # What is left of one that was made one with theirs.
        others = {"_id": {"$in": linked.ids(erasure.account.id)[1:]}}
        await self._accounts.update_many(others, {"$set": {"name": ERASED}})
        await self._database["link_codes"].delete_one({"_id": id})

    @reaches_mongo
    async def erase(self, erasure: Erasure, *, at: datetime) -> bool:
        """Erases them from the next portion of tickets; False after the last. What is done already
        is done no second time."""
        documents = await self._portion(erasure)
        for document in documents:
            await self._erase(document, erasure, at)
        return bool(documents)

    @reaches_mongo
    async def end(self, erasure: Erasure) -> None:
        """What is left of them elsewhere, and last of all their account, of which a shell stays."""
        slack_id, whom = erasure.account.slack_id, erasure.whom
        async for board in self._database["boards"].find({"untold": {"$gt": ""}}, {"untold": 1}):
            untold = {"untold": [without(line, whom.named) for line in board["untold"]]}
            await self._database["boards"].update_one(board, {"$set": untold})
        if slack_id:
            await self._database["turns"].delete_one({"_id": slack_id})
            await self._database["offers"].delete_many({"_id": {"$regex": f" {slack_id}$"}})
        shell = {
            "name": ERASED,
            "role": Role.USER.value,
            "disabled": True,
            "sign_in_epoch": "$sign_in_epoch",
            "linked_from": "$linked_from",
            "named_at": "$$NOW",
            "changed_at": "$$NOW",
        }
        await self._accounts.update_one(
            {"_id": whom.ids[0]}, [{"$replaceWith": {"_id": "$_id"} | shell}]
        )

    async def _portion(self, erasure: Erasure) -> list[Document]:
        which: Document = {"_id": {"$gt": erasure.read_to}} if erasure.read_to else {}
        found = self._tickets.find(which).sort({"_id": 1}).limit(PORTION)
        documents = await found.to_list()
        if documents:
            erasure.read_to = documents[-1]["_id"]
        return documents

    async def _elsewhere(self, ticket: Document) -> list[Document]:
        """The documents with older entries of its timeline, the latest first."""
        return await self._older.find({"ticket": ticket["_id"]}).sort({"_id": -1}).to_list()

    async def _erase(self, document: Document, erasure: Erasure, at: datetime) -> None:
        """From the latest to the oldest: what they said is known by what they said before, also
        if this is broken off; and no entry that moves meanwhile brings back what was."""
        whom = erasure.whom
        for _ in range(_TRIES):
            said = _said(erasure, [document, *await self._elsewhere(document)])
            changes = erased(document, whom, said=said)
            if not changes or await self._write(document, changes, erasure, at):
                await self._erase_older(document, whom, said)
                return
            again = await self._tickets.find_one({"_id": document["_id"]})
            if again is None:
                return
            document = again
        raise Unavailable(f"T-{document['number']} changes all the time. Run this again.")

    async def _erase_older(self, ticket: Document, whom: Whom, said: Collection[str]) -> None:
        for row in await self._elsewhere(ticket):
            part = {"requester": ticket["requester"], "timeline": row["timeline"]}
            changes = erased(part, whom, said=said)
            if "timeline" in changes:
                # They are only moved there: nothing changes them.
                fields = {"$set": {"timeline": changes["timeline"]}}
                await self._older.update_one({"_id": row["_id"]}, fields)

    async def _write(
        self, document: Document, changes: Document, erasure: Erasure, at: datetime
    ) -> bool:
        """Unless somebody changed it since it was read."""
        which = {name: document[name] for name in ("_id", "version")}
        for name in ("comments", "timeline"):
            as_read = {"$size": len(document[name])} if name in document else {"$exists": False}
            which[name] = as_read
        fields = {
            name: "$$REMOVE" if value is None and "." not in name else literal(value)
            for name, value in changes.items()
        }
        fields["version"] = {"$add": ["$version", 1]}
        fields["erasures"] = {"$add": [{"$ifNull": ["$erasures", 0]}, 1]}
        if not _is_known_by_its_last_change(document):
            fields["updated_at"] = {"$max": ["$updated_at", at]}
        stages = owed(after_erasing(erasure.account.slack_id), **fields)
        return (await self._tickets.update_one(which, stages)).matched_count == 1


def _said(erasure: Erasure, documents: Collection[Document]) -> set[str]:
    ids = erasure.whom.ids
    return set().union(*(said_by(ids, one.get("timeline", ())) for one in documents))


def _is_known_by_its_last_change(document: Document) -> bool:
    """When it was finished, of an older ticket (core/tickets/ticket.py)."""
    pauses = document.get("pauses", ())
    stands_still = bool(pauses) and pauses[-1]["until"] is None
    return Status(document["status"]).finished and not stands_still
