"""Tickets by their words, by MongoDB's text index, which best fits first.

Each word is a search of its own, and what all of them found is what is meant: together MongoDB
would find what has any of them. A word that very many tickets have would have all of these read;
so first is asked which words those are, and others alone are looked for.
"""

from collections.abc import Sequence
from typing import NamedTuple

from pymongo.asynchronous.collection import AsyncCollection

from core.store import linked, mapping
from core.store.errors import reaches_mongo
from core.store.mapping import Document
from core.store.projections import IN_LISTS
from core.store.tickets import questions
from core.store.tickets.comment_words import in_notes
from core.tickets import LARGEST_NUMBER, TicketSummary
from core.tickets.finding.query import Place, TicketQuery

# What more tickets have than this is no word to look for.
COMMON = 10_000
# How well a ticket fits is a fraction of small numbers; in pages it is a whole number.
_PARTS = 10**6


class Found(NamedTuple):
    tickets: list[TicketSummary]
    # After which the next page starts; None exactly at the end.
    end: Place | None
    total: int


class SearchStore:
    def __init__(self, tickets: AsyncCollection[Document]) -> None:
        self._tickets = tickets

    @reaches_mongo
    async def common(self, words: Sequence[str], *, notes: bool) -> list[str]:
        """Which of these words very many tickets have."""
        counted = [
            [
                _having(word, {}, notes=notes),
                {"$limit": COMMON + 1},
                {"$count": "tickets"},
                {"$match": {"tickets": {"$gt": COMMON}}},
                {"$project": {"word": {"$literal": word}}},
            ]
            for word in words
        ]
        rows = await (await self._tickets.aggregate(self._all(counted))).to_list()
        return [row["word"] for row in rows]

    @reaches_mongo
    async def with_all(
        self,
        words: Sequence[str],
        question: TicketQuery,
        *,
        notes: bool,
        limit: int,
        offset: int = 0,
        after: Place | None = None,
    ) -> Found:
        """Those that have all of the words, from an offset or after the place where a page ended;
        of two that fit as well, the newer one first."""
        where, _ = questions.where(question, None)
        fits = {"$toLong": {"$multiply": [{"$meta": "textScore"}, _PARTS]}}
        each = [
            [_having(word, where, notes=notes), {"$project": {"number": 1, "fits": fits}}]
            for word in words
        ]
        sums = {
            "number": {"$first": "$number"},
            "fits": {"$sum": "$fits"},
            "words": {"$sum": 1},
        }
        page: list[Document] = [
            {"$sort": {"fits": -1, "number": -1}},
            *([{"$match": _behind(after)}] if after else []),
            {"$skip": offset},
            {"$limit": limit + 1},
            {
                "$lookup": {
                    "from": self._tickets.name,
                    "localField": "_id",
                    "foreignField": "_id",
                    "pipeline": [{"$project": IN_LISTS}],
                    "as": "ticket",
                }
            },
        ]
        stages: list[Document] = [
            *self._all(each),
            {"$group": {"_id": "$_id", **sums}},
            {"$match": {"words": len(words)}},
            {"$facet": {"page": page, "total": [{"$count": "tickets"}]}},
        ]
        [row] = await (await self._tickets.aggregate(stages)).to_list()
        # One may have been removed meanwhile.
        tickets = [mapping.summary(one) for found in row["page"] for one in found["ticket"]]
        total = row["total"][0]["tickets"] if row["total"] else 0
        if len(row["page"]) <= limit:
            return Found(tickets, None, total)
        last = row["page"][limit - 1]
        return Found(tickets[:limit], Place(last["number"], last["fits"]), total)

    @reaches_mongo
    async def numbered(
        self, number: int, *, requester: str | None, most: int
    ) -> list[TicketSummary]:
        """Whose numbers begin with this one, the newest first."""
        longer = [10**more for more in range(len(str(LARGEST_NUMBER)) + 1 - len(str(number)))]
        begin_so = [
            {"number": {"$gte": number * more, "$lt": (number + 1) * more}} for more in longer
        ]
        # One after the other: of two at once no index has the numbers in order.
        whose = [{"requester._id": id} for id in linked.ids(requester)] if requester else [{}]
        rows: list[Document] = []
        for one in whose:
            found = self._tickets.find({"$or": begin_so} | one, IN_LISTS)
            rows += await found.sort({"number": -1}).limit(most).to_list()
        rows.sort(key=lambda row: row["number"], reverse=True)
        return [mapping.summary(row) for row in rows[:most]]

    def _all(self, parts: Sequence[list[Document]]) -> list[Document]:
        """The first, with what the others give behind it."""
        first, *others = parts
        name = self._tickets.name
        return [*first, *({"$unionWith": {"coll": name, "pipeline": one}} for one in others)]


def _having(word: str, where: Document, *, notes: bool) -> Document:
    """A word has no sign of MongoDB's syntax in it."""
    asked = f"{word} {in_notes(word)}" if notes else word
    return {"$match": {"$text": {"$search": asked}, **where}}


def _behind(place: Place) -> Document:
    worse = {"fits": {"$lt": place.fits}}
    return {"$or": [worse, {"fits": place.fits, "number": {"$lt": place.number}}]}
