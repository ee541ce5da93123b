"""Whether each index is there as it must be, and what is refused while a unique one is not.

An index is made by itself, so that one which cannot be made stops no other. What the last look
found is remembered: asking whether an index is there costs no trip to MongoDB.

`listIndexes` lists an index that is still being built like any other, unless it is asked for the
builds, too, as MongoDB's own members ask each other: then such a row holds the `spec` beside the
`buildUUID`. It is one question, at one moment, that costs a tenth of `$collStats` and needs fewer
rights than `$indexStats`, which are the documented ways to tell
(https://github.com/mongodb/mongo/blob/v6.0/src/mongo/db/list_indexes.idl).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import pymongo
from pymongo import IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, OperationFailure

from core.errors import Unavailable

T = TypeVar("T")
Spec = Mapping[str, Any]
Database = AsyncDatabase[dict[str, Any]]

# The server's words for a hint at an index that is not there, a collection that is not, and an
# index that another one stands in the way of.
_BAD_HINT = 2
_NO_COLLECTION = 26
_IN_THE_WAY = {67, 85, 86}
# Seconds for a look, however long what it is part of may take: others wait for it.
_LOOK = 5
# Collections that are asked about at once. At a start each takes a connection, which costs MongoDB
# and us more than to ask, and is not needed afterwards.
_AT_ONCE = 3
# Says nothing about what an index does.
_OF_NO_ACCOUNT = {"v", "ns", "name", "background", "textIndexVersion"}
# A collection has one index of words, which lists its fields by their weights.
_TEXT = [("_fts", pymongo.TEXT), ("_ftsx", 1)]


class Flaw(NamedTuple):
    """An index (`collection.name`) that is not as it must be, what to do about it, and whether a
    start mends it by itself."""

    name: str
    message: str
    passes: bool = False


class Indexes:
    def __init__(self, database: Database, wanted: Mapping[str, Sequence[IndexModel]]) -> None:
        self._database = database
        self._wanted = {
            (collection, index.document["name"]): index
            for collection, indexes in wanted.items()
            for index in indexes
        }
        # Under which name each is there, as its own collection's and name's; None before a look.
        self._there: dict[tuple[str, str], str] | None = None
        self._failed: dict[tuple[str, str], OperationFailure] = {}
        self._looking = asyncio.Lock()
        # What the last look that succeeded found, and when it began, in seconds that only go on.
        self._found: tuple[float, list[Flaw]] | None = None
        # Whether all that could be made was made once.
        self.made = False

    async def look(self, *, within: float = 0.0) -> list[Flaw]:
        """What is not as it must be; or was not, so many seconds ago at most."""
        # One after the other: what an earlier look saw never stands after a later one's.
        async with self._looking:
            began = time.monotonic()
            if self._found is not None and began - self._found[0] < within:
                return self._found[1]
            self._found = None
            with pymongo.timeout(_LOOK):
                flaws = await self._look()
            self._found = began, flaws
            return flaws

    async def _look(self) -> list[Flaw]:
        collections = dict.fromkeys(collection for collection, _ in self._wanted)
        places = asyncio.Semaphore(_AT_ONCE)

        async def asked(collection: str) -> "_Listed":
            async with places:
                return await self._listed(collection)

        listed = dict(zip(collections, await asyncio.gather(*map(asked, collections)), strict=True))
        there, flaws = {}, []
        for key, wanted in self._wanted.items():
            found = listed[key[0]]
            meant = _meaning(wanted.document)
            equal = [name for name, does in found.does.items() if does == meant]
            if equal:
                there[key] = key[1] if key[1] in equal else equal[0]
                self._failed.pop(key, None)
            else:
                flaws.append(self._flaw(key, found))
        self._there = there
        return flaws

    async def foresee(self) -> list[Flaw]:
        """The same, for whoever makes none: also which unique ones cannot be made because
        documents are alike. For that it reads whole collections."""
        return [await self._foreseen(flaw) for flaw in await self.look()]

    async def _foreseen(self, flaw: Flaw) -> Flaw:
        collection, _, name = flaw.name.partition(".")
        wanted = self._wanted[collection, name].document
        if not (flaw.passes and wanted.get("unique")):
            return flaw
        found = await self._database[collection].aggregate(_alike(wanted), allowDiskUse=True)
        return _of_alike(flaw.name, wanted) if await found.to_list() else flaw

    async def make(self) -> list[Flaw]:
        """Makes what is missing, and gives what could not be made."""
        flaws = await self.look()
        if flaws:
            await self._make()
            flaws = await self.look()
        self.made = True
        return flaws

    async def _make(self) -> None:
        for collection in dict.fromkeys(collection for collection, _ in self._wanted):
            missing = [
                key for key in self._wanted if key[0] == collection and key not in self._known()
            ]
            # All at once read the collection once. If one of them cannot be made, none is.
            if len(missing) > 1 and await self._made(missing):
                continue
            for key in missing:
                await self._made([key])

    async def require(self, *names: str) -> None:
        """Raises Unavailable if an index that a promise rests on is not there."""
        if self._there is None:
            await self.look()
        there = {".".join(key) for key in self._known()}
        if lacking := [name for name in names if name not in there]:
            raise Unavailable(
                f"An index of the database is missing ({', '.join(lacking)}), without which the"
                " same could be done twice. Nothing was done; try again when /readyz says ok."
            )

    async def hinted(
        self, collection: str, name: str, ask: Callable[[str | None], Awaitable[T]]
    ) -> T:
        """Asks with this index, or without where it is not there: slowly, but answered."""
        key = (collection, name)
        index = name if self._there is None else self._there.get(key)
        try:
            return await ask(index)
        except OperationFailure as error:
            if index is None or error.code != _BAD_HINT:
                raise
        self._known().pop(key, None)
        return await ask(None)

    def _known(self) -> dict[tuple[str, str], str]:
        return {} if self._there is None else self._there

    async def _made(self, keys: Sequence[tuple[str, str]]) -> bool:
        collection = self._database[keys[0][0]]
        try:
            await collection.create_indexes([self._wanted[key] for key in keys])
        except OperationFailure as error:
            if len(keys) == 1:
                self._failed[keys[0]] = error
            return False
        return True

    async def _listed(self, collection: str) -> "_Listed":
        asked = {"listIndexes": collection, "includeBuildUUIDs": True}
        try:
            answer = await self._database.command(asked)
        except OperationFailure as error:
            if error.code != _NO_COLLECTION:
                raise
            return _Listed({}, {}, {})
        # A collection has 64 indexes at most, which come in one batch.
        rows = answer["cursor"]["firstBatch"]
        ready = {row["name"]: row for row in rows if "spec" not in row}
        building = {row["spec"]["name"]: row["spec"] for row in rows if "spec" in row}
        return _Listed(ready, building, {name: _meaning(spec) for name, spec in ready.items()})

    def _flaw(self, key: tuple[str, str], found: "_Listed") -> Flaw:
        """Never with MongoDB's own sentence: it holds the address that is there twice."""
        collection, wanted, failed = key[0], self._wanted[key].document, self._failed.get(key)
        index = ".".join(key)
        if any(_same(spec, wanted) for spec in found.building.values()):
            said = f"The index {index} is being built: wait until it is."
            return Flaw(index, said, passes=True)
        if other := _in_the_way(found.ready, wanted, failed):
            return Flaw(
                index,
                f"The index {index} cannot be made: the index “{other}” stands in its way and is"
                f' another. Drop it: db.{collection}.dropIndex("{other}").',
            )
        if isinstance(failed, DuplicateKeyError):
            return _of_alike(index, wanted)
        if failed is not None:
            why = (failed.details or {}).get("codeName") or type(failed).__name__
            return Flaw(
                index, f"The index {index} cannot be made ({why}): MongoDB's log says more."
            )
        said = f"The index {index} is missing: a desk that runs makes it within a minute."
        return Flaw(index, said, passes=True)


class _Listed(NamedTuple):
    ready: Mapping[str, Spec]
    building: Mapping[str, Spec]
    # What those that are ready do.
    does: Mapping[str, Any]


def _alike(wanted: Spec) -> list[dict[str, Any]]:
    """Two documents that this unique index would not take beside each other."""
    return [
        {"$match": wanted.get("partialFilterExpression", {})},
        {"$group": {"_id": [f"${field}" for field in wanted["key"]], "count": {"$sum": 1}}},
        {"$match": {"count": {"$gt": 1}}},
        {"$limit": 1},
    ]


def _of_alike(index: str, wanted: Spec) -> Flaw:
    collection, fields = index.partition(".")[0], ", ".join(wanted["key"])
    return Flaw(
        index,
        f"The index {index} cannot be made: documents of “{collection}” are alike in {fields}."
        " Correct or remove all but one of each; docs/operating.md tells how to find them.",
    )


def _same(found: Spec, wanted: Spec) -> bool:
    return _meaning(found) == _meaning(wanted)


def _meaning(spec: Spec) -> dict[str, Any]:
    """What an index does; how it sorts is its keys' order."""
    meant = {name: value for name, value in spec.items() if name not in _OF_NO_ACCOUNT}
    meant = {name: value for name, value in meant.items() if value is not False}
    return meant | {"key": _keys(spec)}


def _keys(spec: Spec) -> list[tuple[str, Any]]:
    keys = list(spec["key"].items())
    return _TEXT if pymongo.TEXT in spec["key"].values() else keys


def _in_the_way(ready: Mapping[str, Spec], wanted: Spec, failed: Any) -> str | None:
    """The index of that name, or one of the same keys if MongoDB minds it."""
    if wanted["name"] in ready:
        return str(wanted["name"])
    if failed is None or failed.code not in _IN_THE_WAY:
        return None
    keys = _keys(wanted)
    return next((name for name, spec in ready.items() if _keys(spec) == keys), None)
