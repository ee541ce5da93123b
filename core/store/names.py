"""What people are called in Slack: asked there once for each, and now and then again.

A ticket keeps people by the names that they had when it was written; they are read by the name
that is known of them now (core/store/mapping.py).
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.store import linked
from core.store.errors import reaches_mongo

Document = dict[str, Any]

# Whoever was asked about is asked about again after this.
AGAIN = timedelta(days=7)
# Of somebody who was not asked about yet: at once.
AT_ONCE = datetime.fromisoformat("1970-01-01T00:00:00Z")
# What another process has learned may be seen as much later than what came after it.
OVERLAP = timedelta(minutes=1)

# By account. An id is an account's in no other database, so that one table does for all.
CALLED: dict[ObjectId, str] = {}


class Names:
    def __init__(self, accounts: AsyncCollection[Document]) -> None:
        self._accounts = accounts
        self._since = AT_ONCE
        self._of_slack_users: dict[str, str] = {}
        self._slack_ids: dict[ObjectId, str] = {}
        # Called when there is somebody new to ask about.
        self.met: Callable[[], None] = lambda: None

    def of(self, slack_id: str) -> str | None:
        """What a Slack user is called, if that is known."""
        return self._of_slack_users.get(slack_id)

    @reaches_mongo
    async def refresh(self) -> None:
        """Takes over what was learned since the last time, by whichever process."""
        found = self._accounts.find(
            {"named_at": {"$gt": self._since}},
            {"name": 1, "slack_id": 1, "named_at": 1, "linked_from": 1, "rewrite_at": 1},
        )
        async for row in found.sort({"named_at": 1}):
            self._is_called(row)
            self._since = max(self._since, row["named_at"] - OVERLAP)

    @reaches_mongo
    async def claim(self, *, at: datetime, lease: timedelta) -> str | None:
        """Somebody to ask about: the Slack user, whom nobody else asks about until the lease
        ends."""
        row = await self._accounts.find_one_and_update(
            {"name_due": {"$lte": at}},
            {"$set": {"name_due": at + lease}},
            sort={"name_due": 1},
            projection={"slack_id": 1},
        )
        return row["slack_id"] if row else None

    @reaches_mongo
    async def learned(self, slack_id: str, name: str, *, handle: str, bot: bool = False) -> None:
        """By `handle` they are known to whoever types it; a `bot` is no person."""
        said: Document = {
            "name": {"$literal": name},
            "handle": {"$literal": handle},
            "named_at": "$$NOW",
            "changed_at": "$$NOW",
            **({"bot": True} if bot else {}),
        }
        which = {"slack_id": slack_id, "name_due": {"$exists": True}}
        row = await self._accounts.find_one_and_update(
            which,
            [{"$set": said | {"name_due": _LATER}}],
            projection={"slack_id": 1},
        )
        if row is not None:
            self._is_called(row | {"name": name})

    @reaches_mongo
    async def unknown(self, slack_id: str) -> None:
        """Slack knows nobody of that id."""
        which = {"slack_id": slack_id, "name_due": {"$exists": True}}
        await self._accounts.update_one(which, [{"$set": {"name_due": _LATER}}])

    @reaches_mongo
    async def ask_about(self, slack_ids: Collection[str]) -> None:
        """At once, about those of them with an account that have no name yet."""
        await self._accounts.update_many(
            {
                "slack_id": {"$in": list(slack_ids)},
                "named_at": {"$exists": False},
                "name_due": {"$exists": True},
            },
            {"$set": {"name_due": AT_ONCE}},
        )

    def _is_called(self, row: Document) -> None:
        linked.know(row)
        CALLED[row["_id"]] = row["name"]
        if slack_id := row.get("slack_id"):
            self._of_slack_users[slack_id] = row["name"]
            self._slack_ids[row["_id"]] = slack_id
        elif gone := self._slack_ids.pop(row["_id"], None):
            # Erased: whoever has that Slack user is somebody else to the desk.
            self._of_slack_users.pop(gone, None)


_LATER: Document = {"$add": ["$$NOW", AGAIN // timedelta(milliseconds=1)]}
