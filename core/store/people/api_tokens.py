"""Programs' tokens in MongoDB."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from core.people.api_tokens import ApiToken, NewApiToken, Scope, Secret, new_secret
from core.store import mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.mongo.indexes import Indexes

# The index without which an account could have two tokens of one name.
NAME = "api_tokens.name"
# How exactly it is kept when a token was used last: each keeping is a write.
USED_WITHIN = timedelta(minutes=1)
# Tokens of one account; who needs more has forgotten to revoke some.
MOST = 100


class ApiTokenStore:
    def __init__(self, tokens: AsyncCollection[Document], indexes: Indexes) -> None:
        self._tokens = tokens
        self._indexes = indexes

    @reaches_mongo
    async def add(
        self, account_id: str, new: NewApiToken, at: datetime
    ) -> tuple[ApiToken, Secret] | None:
        """The secret is kept nowhere: this is the one time that it is there. None if the account
        has one of that name."""
        await self._indexes.require(NAME)
        id = ObjectId()
        secret = new_secret(str(id))
        document: Document = {
            "_id": id,
            "account_id": ObjectId(account_id),
            "name": new.name,
            "scope": new.scope.value,
            "created_at": at,
            "digest": secret.digest,
        }
        if new.expires_in_days is not None:
            document["expires_at"] = at + timedelta(days=new.expires_in_days)
        try:
            await self._tokens.insert_one(document)
        except DuplicateKeyError:
            return None
        return _token(document), secret

    @reaches_mongo
    async def get(self, id: str) -> ApiToken | None:
        document = await self._tokens.find_one({"_id": ObjectId(id)})
        return _token(document) if document else None

    @reaches_mongo
    async def among(self, ids: Collection[str]) -> Mapping[str, ApiToken]:
        """Those of them that there are, by their ids."""
        found = self._tokens.find({"_id": {"$in": [*map(ObjectId, ids)]}})
        return {token.id: token for token in map(_token, await found.to_list())}

    @reaches_mongo
    async def of(self, account_id: str) -> list[ApiToken]:
        """The oldest first."""
        which = {"account_id": mapping.object_id(account_id)}
        # Twice as many, since two accounts may have become one.
        found = self._tokens.find(which).sort({"_id": 1}).limit(2 * MOST)
        return [_token(document) for document in await found.to_list()]

    @reaches_mongo
    async def remove(self, account_id: str, id: str) -> bool:
        """Whether there was such a one."""
        which = {"_id": mapping.object_id(id), "account_id": ObjectId(account_id)}
        return (await self._tokens.delete_one(which)).deleted_count == 1

    @reaches_mongo
    async def used(self, id: str, at: datetime) -> None:
        await self._tokens.update_one({"_id": ObjectId(id)}, {"$max": {"last_used_at": at}})


def _token(document: Document) -> ApiToken:
    return ApiToken(
        str(document["_id"]),
        str(document["account_id"]),
        document["name"],
        Scope(document["scope"]),
        document["created_at"],
        document.get("expires_at"),
        document.get("last_used_at"),
        bytes(document["digest"]),
    )
