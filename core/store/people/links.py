"""Two accounts become one: a Slack user's, and that of somebody with an e-mail address, who stays.

One transaction decides it. From then on whatever has the id of the one that is no more is read as
the other's (core/store/linked.py). That tickets say so themselves is made good by and by.
"""

from datetime import datetime, timedelta
from itertools import chain, count
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from core.errors import WrongState
from core.people.accounts import Account, Role
from core.people.link_codes import GOOD_FOR
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Indexes
from core.store.mongo.server import is_standalone
from core.store.people import mapping
from core.store.people.rewriting import Rewriting

# A document outlives its code by this: MongoDB's clock is another than the desk's.
_LATE = timedelta(minutes=5)
# As long as nobody else rewrites the tickets of an account, whoever began.
LEASE = timedelta(minutes=1)
_NOT_THERE: Document = {"$exists": False}


class _Changed(Exception):
    """One of the accounts is not what it was any more."""


class LinkStore:
    def __init__(self, accounts: AsyncCollection[Document], indexes: Indexes) -> None:
        self._accounts = accounts
        self._indexes = indexes
        self._client = accounts.database.client
        self._codes: AsyncCollection[Document] = accounts.database["link_codes"]
        self._rewriting = Rewriting(accounts.database["tickets"])
        self._tokens: AsyncCollection[Document] = accounts.database["api_tokens"]

    @reaches_mongo
    async def give(self, account_id: str, digest: str, *, at: datetime) -> None:
        """One code for an account: it takes the place of the one before."""
        self._require_transactions()
        which = {"_id": ObjectId(account_id)}
        until = _later(GOOD_FOR + _LATE)
        fields = {"digest": digest, "made_at": at, "until": until}
        await self._codes.update_one(which, [{"$set": fields}], upsert=True)

    @reaches_mongo
    async def whose(self, digest: str, *, at: datetime) -> str | None:
        """The account that a code was given to; None for one that is not good at this time."""
        row = await self._codes.find_one(_good(digest, at))
        return str(row["_id"]) if row else None

    @reaches_mongo
    async def join(
        self,
        account: Account,
        other: Account,
        *,
        patience: timedelta,
        code: tuple[str, datetime] | None = None,
    ) -> Account | None:
        """The account, with all that is the other's, a Slack user's without an address; by a
        `code`, its digest, if it is good at that time, which it is once.

        None if it is not, or if one of the accounts is not what it was. No process may act as the
        other any more after this `patience`.
        """
        self._require_transactions()
        await self._indexes.require("accounts.slack_id")
        id, gone = ObjectId(account.id), ObjectId(other.id)

        async def joined(session: AsyncClientSession) -> Document | None:
            if code is not None:
                which = _good(*code) | {"_id": gone}
                if await self._codes.find_one_and_delete(which, session=session) is None:
                    return None
            theirs = await self._accounts.find_one_and_update(
                {"_id": gone, "slack_id": other.slack_id, "email": _NOT_THERE} | _IN_USE,
                _left_to(id),
                session=session,
            )
            which = {"_id": id, "slack_id": _NOT_THERE, "email": {"$exists": True}} | _IN_USE
            own = await self._accounts.find_one(which, session=session)
            if theirs is None or own is None:
                raise _Changed
            await self._hand_over_tokens(gone, id, session)
            return await self._accounts.find_one_and_update(
                which,
                _with(theirs, own, patience),
                session=session,
                return_document=ReturnDocument.AFTER,
            )

        try:
            async with self._client.start_session() as session:
                document = await session.with_transaction(joined)
        except _Changed:
            return None
        return mapping.account(document) if document else None

    @reaches_mongo
    async def go_on(self) -> None:
        """Has the tickets of accounts that became one say so themselves, as far as nobody else
        is at it, who may have been interrupted."""
        due: Document = {
            "rewrite_at": {"$exists": True},
            "$expr": {"$lte": ["$rewrite_at", "$$NOW"]},
        }
        ours = [{"$set": {"rewrite_at": _later(LEASE)}}]
        while (account := await self._accounts.find_one_and_update(due, ours)) is not None:
            if not await self._rewriting.done(account):
                continue
            id = account["_id"]
            # Of a process that had not heard of it.
            await self._hand_over_tokens(account["linked_from"], id)
            # Each process is to know that they say so themselves.
            done: Document = {"$unset": {"rewrite_at": True}}
            done["$currentDate"] = {"named_at": True, "changed_at": True}
            await self._accounts.update_one({"_id": id}, done)

    def _require_transactions(self) -> None:
        if is_standalone(self._client):
            raise WrongState(
                "This desk's MongoDB is no replica set, which linking needs: whoever runs the desk "
                "starts it with --replSet, and calls rs.initiate() once."
            )

    async def _hand_over_tokens(
        self, gone: ObjectId, id: ObjectId, session: AsyncClientSession | None = None
    ) -> None:
        """Of two of one name the other has a number behind it."""
        tokens = self._tokens.find(
            {"account_id": {"$in": [gone, id]}}, {"account_id": 1, "name": 1}, session=session
        )
        rows = await tokens.to_list()
        taken = {row["name"] for row in rows if row["account_id"] == id}
        for row in (row for row in rows if row["account_id"] == gone):
            names = (f"{row['name']} {number}" for number in count(2))
            name = next(name for name in chain([row["name"]], names) if name not in taken)
            taken.add(name)
            await self._tokens.update_one(
                {"_id": row["_id"]}, {"$set": {"account_id": id, "name": name}}, session=session
            )


# Nobody's who may not get in, nor a program's, nor one that is another's already.
_IN_USE: Document = dict.fromkeys(("disabled", "bot", "linked_to"), _NOT_THERE)


def _good(digest: str, at: datetime) -> Document:
    return {"digest": digest, "made_at": {"$gt": at - GOOD_FOR}}


def _later(time: timedelta) -> Document:
    return {"$add": ["$$NOW", time // timedelta(milliseconds=1)]}


def _left_to(id: ObjectId) -> Document:
    """What stays of an account that is another's from now on: nobody gets in by it."""
    gone = ("slack_id", "handle", "name_due", "named_at", "home", "hears", "bot")
    return {
        "$set": {"linked_to": id, "disabled": True, "role": Role.USER.value},
        "$unset": dict.fromkeys(gone, True),
        "$currentDate": {"changed_at": True},
    }


def _with(theirs: Document, own: Document, patience: timedelta) -> list[Document]:
    """With the higher role of the two, and what they chose in Slack."""
    role = max(Role(theirs["role"]), Role(own["role"]), key=lambda role: role.rank)
    chosen: dict[str, Any] = {
        name: {"$literal": theirs[name]} for name in ("handle", "hears", "home") if name in theirs
    }
    fields = {
        "slack_id": theirs["slack_id"],
        "linked_from": theirs["_id"],
        "role": role.value,
        "named_at": "$$NOW",
        "changed_at": "$$NOW",
        "rewrite_at": _later(patience),
    }
    return [{"$set": chosen | fields}, {"$unset": "name_due"}]
