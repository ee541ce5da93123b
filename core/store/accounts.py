"""Accounts in MongoDB."""

from collections.abc import Collection

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from core.errors import EmailTaken, Unavailable
from core.people.accounts import Account, Role
from core.people.addresses import identity
from core.store import mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Indexes
from core.store.names import AT_ONCE, Names

# The indexes without which somebody could have two accounts.
EMAIL, SLACK_ID = "accounts.email", "accounts.slack_id"


class AccountStore:
    def __init__(self, accounts: AsyncCollection[Document], indexes: Indexes) -> None:
        self._accounts = accounts
        self._indexes = indexes
        self.names = Names(accounts)

    @reaches_mongo
    async def add(
        self, *, name: str, email: str, password_hash: str, role: Role, bot: bool = False
    ) -> Account:
        """Raises EmailTaken, however the address is written."""
        await self._indexes.require(EMAIL)
        document = _fields(name, email, password_hash, role) | ({"bot": True} if bot else {})
        try:
            await self._accounts.insert_one(document)
        except DuplicateKeyError as error:
            raise EmailTaken from error
        return mapping.account(document)

    @reaches_mongo
    async def link(
        self, slack_id: str, *, name: str, email: str, password_hash: str, role: Role
    ) -> Account:
        """Gives a Slack user's account an e-mail address and password, making it if need be."""
        await self._indexes.require(EMAIL, SLACK_ID)
        fields = _fields(name, email, password_hash, role)
        try:
            document = await self._accounts.find_one_and_update(
                {"slack_id": slack_id},
                # Whoever gives themselves a name is called so from then on, in all processes.
                {
                    "$set": fields,
                    "$currentDate": {"named_at": True},
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
        which = mapping.object_id(id)
        document = which and await self._accounts.find_one({"_id": which})
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
    async def with_roles(self, roles: Collection[Role]) -> list[Account]:
        """Those who were given one of these for good, a thousand at most."""
        found = self._accounts.find({"role": {"$in": [role.value for role in roles]}})
        return [mapping.account(document) for document in await found.limit(1000).to_list()]

    @reaches_mongo
    async def rename(self, id: str, name: str) -> None:
        """Unless Slack was asked what they are called."""
        which = {"_id": ObjectId(id), "named_at": {"$exists": False}}
        await self._accounts.update_one(which, {"$set": {"name": name}})


def _fields(name: str, email: str, password_hash: str, role: Role) -> Document:
    return {
        "name": name,
        "role": role.value,
        "email": email,
        "email_folded": identity(email),
        "password_hash": password_hash,
    }
