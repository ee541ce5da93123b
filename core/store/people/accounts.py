"""Accounts in MongoDB."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from core.errors import EmailTaken, Unavailable
from core.people.accounts import Account, Hears, Role
from core.people.addresses import identity
from core.store import mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Indexes
from core.store.names import AT_ONCE, Names
from core.store.people.api_tokens import ApiTokenStore
from core.store.people.homes import HomeStore
from core.store.people.links import LinkStore

# The indexes without which somebody could have two accounts.
EMAIL, SLACK_ID = "accounts.email", "accounts.slack_id"
# By MongoDB's clock: every change of an account that a process may remember says when it was.
CHANGED = {"changed_at": True}


class AccountStore:
    def __init__(self, accounts: AsyncCollection[Document], indexes: Indexes) -> None:
        self._accounts = accounts
        self._indexes = indexes
        self.names = Names(accounts)
        self.tokens = ApiTokenStore(accounts.database["api_tokens"], indexes)
        self.homes = HomeStore(accounts)
        self.links = LinkStore(accounts, indexes)

    @reaches_mongo
    async def add(
        self,
        *,
        name: str,
        email: str,
        password_hash: str,
        password_is_long: bool = False,
        role: Role,
        bot: bool = False,
    ) -> Account:
        """Raises EmailTaken, however the address is written."""
        await self._indexes.require(EMAIL)
        document = _fields(name, email, role) | _password(password_hash, is_long=password_is_long)
        if bot:
            document["bot"] = True
        try:
            await self._accounts.insert_one(document)
        except DuplicateKeyError as error:
            raise EmailTaken from error
        return mapping.account(document)

    @reaches_mongo
    async def link(
        self,
        slack_id: str,
        *,
        name: str,
        email: str,
        password_hash: str,
        password_is_long: bool = False,
        role: Role,
    ) -> Account:
        """Gives a Slack user's account an e-mail address and password, making it if need be."""
        await self._indexes.require(EMAIL, SLACK_ID)
        fields = _fields(name, email, role) | _password(password_hash, is_long=password_is_long)
        try:
            document = await self._accounts.find_one_and_update(
                {"slack_id": slack_id},
                # Whoever gives themselves a name is called so from then on, in all processes.
                {
                    "$set": fields,
                    "$currentDate": {"named_at": True} | CHANGED,
                    "$unset": {"name_due": True},
                },
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError as error:
            raise EmailTaken from error
        assert document is not None  # an upsert that returns the document after it
        return mapping.account(document)

    @reaches_mongo
    async def get(self, id: str) -> Account | None:
        """Of an id that is another account's by a link, that other one."""
        which = mapping.object_id(id)
        document = which and await self._accounts.find_one({"_id": which})
        if document and "linked_to" in document:
            document = await self._accounts.find_one({"_id": document["linked_to"]})
        return mapping.account(document) if document else None

    @reaches_mongo
    async def with_email(self, email: str) -> Account | None:
        document = await self._accounts.find_one({"email_folded": identity(email)})
        return mapping.account(document) if document else None

    @reaches_mongo
    async def of_slack_user(self, slack_id: str, *, name: str) -> Account:
        """The Slack user's account, made now if this is the first anyone hears of them."""
        which = {"slack_id": slack_id}
        document = await self._accounts.find_one(which)
        if document is None:
            await self._indexes.require(SLACK_ID)
            new = {"name": name, "role": Role.USER.value, "name_due": AT_ONCE}
            await self._accounts.update_one(which, {"$setOnInsert": new}, upsert=True)
            self.names.met()
            document = await self._accounts.find_one(which)
        if document is None:
            raise Unavailable
        return mapping.account(document)

    @reaches_mongo
    async def of_slack_users(self, slack_ids: Collection[str]) -> list[Account]:
        """Of these, those that were seen."""
        found = self._accounts.find({"slack_id": {"$in": list(slack_ids)}})
        return [mapping.account(document) for document in await found.to_list()]

    @reaches_mongo
    async def hears(self, slack_id: str) -> Hears:
        """What a Slack user wants to hear of; all, unless they said otherwise. Who is disabled
        hears nothing."""
        shown = {"hears": True, "disabled": True}
        document = await self._accounts.find_one({"slack_id": slack_id}, shown) or {}
        return Hears.NOTHING if document.get("disabled") else Hears(document.get("hears", "all"))

    @reaches_mongo
    async def hear(self, id: str, what: Hears) -> None:
        await self._accounts.update_one({"_id": ObjectId(id)}, {"$set": {"hears": what.value}})

    @reaches_mongo
    async def with_roles(self, roles: Collection[Role]) -> list[Account]:
        """Those who were given one of these for good, a thousand at most."""
        found = self._accounts.find({"role": {"$in": [role.value for role in roles]}})
        return [mapping.account(document) for document in await found.limit(1000).to_list()]

    @reaches_mongo
    async def rename(self, id: str, name: str) -> None:
        """Unless Slack was asked what they are called."""
        which = {"_id": ObjectId(id), "named_at": {"$exists": False}}
        await self._accounts.update_one(which, {"$set": {"name": name}, "$currentDate": CHANGED})

    @reaches_mongo
    async def last_change(self) -> datetime:
        """When an account was changed last, by MongoDB's clock."""
        found = self._accounts.find({"changed_at": {"$exists": True}}, {"changed_at": 1})
        latest = await found.sort({"changed_at": -1}).limit(1).to_list()
        return latest[0]["changed_at"] if latest else AT_ONCE

    @reaches_mongo
    async def changed_since(self, at: datetime) -> list[tuple[str, datetime]]:
        """The ids of these accounts, each with when that was."""
        found = self._accounts.find({"changed_at": {"$gt": at}}, {"changed_at": 1})
        return [(str(row["_id"]), row["changed_at"]) for row in await found.to_list()]

    @reaches_mongo
    async def touch(self, id: str) -> None:
        """What belongs to the account changed: each process reads it again."""
        await self._accounts.update_one({"_id": ObjectId(id)}, {"$currentDate": CHANGED})

    @reaches_mongo
    async def end_sign_ins(
        self, id: str, *, password_hash: str | None = None, password_is_long: bool = False
    ) -> Account | None:
        """All until now; with a new password, if there is to be one."""
        change: Document = {"$inc": {"sign_in_epoch": 1}, "$currentDate": CHANGED}
        if password_hash is not None:
            change["$set"] = _password(password_hash, is_long=password_is_long)
        return await self._changed(id, change)

    @reaches_mongo
    async def change(self, id: str, fields: Mapping[str, object]) -> Account | None:
        """Sets these, and takes away those that are None."""
        unset = {name: True for name, value in fields.items() if value is None}
        kept = {name: value for name, value in fields.items() if value is not None}
        change: Document = {"$currentDate": CHANGED}
        if "name" in kept:
            # Slack is not asked any more what they are called.
            unset["name_due"] = True
            change["$currentDate"] = CHANGED | {"named_at": True}
        change |= ({"$set": kept} if kept else {}) | ({"$unset": unset} if unset else {})
        return await self._changed(id, change)

    async def _changed(self, id: str, change: Document) -> Account | None:
        document = await self._accounts.find_one_and_update(
            {"_id": mapping.object_id(id)}, change, return_document=ReturnDocument.AFTER
        )
        return mapping.account(document) if document else None

    @reaches_mongo
    async def has_admin(self) -> bool:
        which = {"role": Role.ADMIN.value, "disabled": {"$exists": False}}
        return await self._accounts.find_one(which, {"_id": 1}) is not None

    @reaches_mongo
    async def has_admin_beside(self, id: str) -> bool:
        which = {"role": Role.ADMIN.value, "disabled": {"$exists": False}}
        others = which | {"_id": {"$ne": ObjectId(id)}}
        return await self._accounts.find_one(others, {"_id": 1}) is not None

    @reaches_mongo
    async def page(
        self, *, after: str | None, most: int, words: str | None, role: Role | None
    ) -> list[Account]:
        """The oldest first; `words` stand somewhere in their names or addresses."""
        which: Document = {"linked_to": {"$exists": False}}
        if after:
            which["_id"] = {"$gt": ObjectId(after)}
        if role is not None:
            which["role"] = role.value
        if words is not None:
            said = {"$regex": re.escape(words), "$options": "i"}
            which["$or"] = [{field: said} for field in ("name", "email", "handle")]
        found = self._accounts.find(which).sort({"_id": 1}).limit(most)
        return [mapping.account(document) for document in await found.to_list()]


def _fields(name: str, email: str, role: Role) -> Document:
    return {
        "name": name,
        "role": role.value,
        "email": email,
        "email_folded": identity(email),
    }


def _password(password_hash: str, *, is_long: bool) -> Document:
    return {"password_hash": password_hash, "password_is_long": is_long}
