"""Hands out ticket numbers: one after the other, one trip to MongoDB for all who ask at once."""

import asyncio

import structlog
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from core.errors import Unavailable
from core.store.mapping import Document
from core.tickets import LARGEST_NUMBER

log = structlog.get_logger("desk")


class Counters:
    def __init__(
        self, counters: AsyncCollection[Document], tickets: AsyncCollection[Document]
    ) -> None:
        self._counters = counters
        self._tickets = tickets
        self._waiting: list[asyncio.Future[int]] = []
        self._fetching: asyncio.Task[None] | None = None

    async def next(self) -> int:
        number: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(number)
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch())
        return await number

    async def catch_up(self) -> None:
        """Moves past every number in use, for a counter that fell behind (a restored database)."""
        usual = {"number": {"$lte": LARGEST_NUMBER}}
        newest = await self._tickets.find_one(usual, {"number": 1}, sort={"number": -1})
        if newest is not None:
            await self._counters.update_one(
                {"_id": "tickets"}, {"$max": {"last": newest["number"]}}, upsert=True
            )

    async def _fetch(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                last = await self._take(len(waiting))
            except Exception as error:  # noqa: BLE001 - handed to those who asked, not lost
                for number in waiting:
                    if not number.done():
                        number.set_exception(error)
                continue
            for place, number in enumerate(waiting):
                if not number.done():
                    number.set_result(last - len(waiting) + 1 + place)
        self._fetching = None

    async def _take(self, count: int) -> int:
        counter: Document | None = await self._counters.find_one_and_update(
            {"_id": "tickets"},
            {"$inc": {"last": count}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        assert counter is not None  # an upsert that returns the document after it
        last = int(counter["last"])
        if last > LARGEST_NUMBER:
            log.error("no ticket numbers left", collection="counters", last=last)
            raise Unavailable(
                "There are no ticket numbers left: the desk's counter is past them all. Whoever "
                "runs it has to set it back."
            )
        return last
