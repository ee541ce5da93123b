"""What somebody chose in the Home tab, in their account."""

from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from core.people.accounts import Hears
from core.store.errors import reaches_mongo
from core.store.mapping import Document


class HomeStore:
    def __init__(self, accounts: AsyncCollection[Document]) -> None:
        self._accounts = accounts

    @reaches_mongo
    async def chosen(self, id: str) -> tuple[str | None, Hears]:
        """The list that they looked at last, and what they hear of their tickets."""
        shown = {"home": True, "hears": True}
        document = await self._accounts.find_one({"_id": ObjectId(id)}, shown) or {}
        return document.get("home"), Hears(document.get("hears", "all"))

    @reaches_mongo
    async def choose(self, id: str, which: str) -> None:
        await self._accounts.update_one({"_id": ObjectId(id)}, {"$set": {"home": which}})
