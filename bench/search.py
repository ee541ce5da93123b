"""How fast tickets are found by their words, and what the index of words costs those who write.

Words are as in texts of people: a few are in nearly every ticket, most in hardly any.
"""

import argparse
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from itertools import accumulate
from statistics import median, quantiles
from typing import Any

import structlog
import uvloop
from bson import ObjectId
from pymongo.asynchronous.collection import AsyncCollection

from bench.breaches import database
from core.desk import Desk
from core.desk.people.people import People
from core.errors import InvalidInput
from core.people.accounts import Actor, Role, Via
from core.people.passwords import Passwords
from core.sla import Policy, Sla
from core.store import Store, mapping, open_store
from core.store.tickets import comment_words
from core.tickets import Comment, NewComment, NewTicket, Ticket, TimelineEntry
from core.tickets.finding.query import TicketQuery

_SLA = Sla(Policy.of_hours())
_KNOWN = 30_000
_WEIGHTS = list(accumulate(1 / (rank + 3) for rank in range(_KNOWN)))
OLGA = Actor(str(ObjectId()), "Olga", Role.AGENT, Via.REST)
ADA = Actor(str(ObjectId()), "Ada", Role.USER, Via.REST)
Tickets = AsyncCollection[dict[str, Any]]


class Writer:
    """Writes what people might, alike in every run."""

    def __init__(self) -> None:
        self._chance = random.Random(11)
        letters = "bcdfghklmnprstvw", "aeiou"
        self._words = [
            "".join(self._chance.choice(letters[place % 2]) for place in range(4 + number % 6))
            + str(number)
            for number in range(_KNOWN)
        ]

    def text(self, words: int) -> str:
        return " ".join(self._chance.choices(self._words, cum_weights=_WEIGHTS, k=words))

    @property
    def commonest(self) -> str:
        return self._words[0]

    def document(self, number: int, *, comments: int = 2) -> dict[str, Any]:
        at = datetime.now(UTC)
        rare = f" needle{number % 300_000}"
        new = NewTicket(title=self.text(6), description=self.text(40) + rare)
        by = ADA if number % 1_000 == 0 else OLGA
        ticket = Ticket.opened(new, id=str(ObjectId()), number=number, by=by, at=at, sla=_SLA)
        entry = TimelineEntry(at, by.person, by.via, "created")
        more: dict[str, Any] = {"deliveries": [], "delivery": {}, "alert": {"announced": []}}
        more["timeline"] = [mapping.timeline_document(entry)]
        said = [
            Comment(str(ObjectId()), self.text(20), OLGA.person, at, internal=one % 2 == 1)
            for one in range(comments)
        ]
        more["comments"] = [mapping.comment_document(one, key=None, body=None) for one in said]
        more["words"] = comment_words.searched(more["comments"])
        return mapping.ticket_document(ticket) | more


async def fill(tickets: Tickets, writer: Writer, numbers: range) -> None:
    for start in range(numbers.start, numbers.stop, 5_000):
        some = range(start, min(start + 5_000, numbers.stop))
        await tickets.insert_many([writer.document(number) for number in some], ordered=False)


async def timed(ask: Callable[[], Awaitable[object]], times: int) -> str:
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - begin) * 1000)
    return f"{median(took):9.1f}{quantiles(took, n=100)[98]:9.1f}"


async def finding(desk: Desk, writer: Writer, size: int) -> None:
    """Words that a few, some and most tickets have, by whoever works all tickets and by
    a requester of every thousandth."""
    common, middling = writer.commonest, writer._words[2_000]
    print(f"\nFound among {size:,} tickets{'':15}{'p50 ms':>9}{'p99 ms':>9}{'found':>9}")
    for name, text in (
        ("a rare word", f"needle{size // 2}"),
        ("a word of every few thousandth", middling),
        ("two such words", f"{middling} {writer._words[1_500]}"),
        ("a rare word and the commonest", f"needle{size // 2} {common}"),
        ("a word of very many", writer._words[60]),
        ("the commonest word", common),
    ):
        for by in (OLGA, ADA):

            async def ask(text: str = text, by: Actor = by) -> str:
                try:
                    found = await desk.lookups.search(text, TicketQuery(), by=by, limit=20)
                except InvalidInput:
                    return "too common"
                return f"{found.total:,}"

            told = await ask()
            took = await timed(ask, 50)
            print(f"  {name + ', by ' + by.name:37}{took}{told:>12}", flush=True)


async def writing(desk: Desk, tickets: Tickets, writer: Writer, store: Store, times: int) -> None:
    """What filing and commenting take with the index of words and without it, in turns."""
    print(f"\n{'Written, with and without the index':39}{'p50 ms':>9}{'p99 ms':>9}")
    short, long = await _ticket(desk, writer), await _ticket(desk, writer)
    said = [
        mapping.comment_document(
            Comment(str(ObjectId()), writer.text(60), OLGA.person, datetime.now(UTC)),
            key=None,
            body=None,
        )
        for _ in range(500)
    ]
    await tickets.update_one(
        {"_id": ObjectId(long)}, {"$set": {"comments": said, "words": comment_words.searched(said)}}
    )
    for name in _in_turns():
        if name == "without":
            await tickets.drop_index("words")
        else:
            await store.indexes.make()

        async def file() -> None:
            await _ticket(desk, writer)

        async def comment(ticket: str = short) -> None:
            await desk.comment(ticket, NewComment(message=writer.text(20)), by=OLGA)

        async def comment_on_long() -> None:
            await comment(long)

        async def note() -> None:
            new = NewComment(message=writer.text(20), internal=True)
            await desk.comment(short, new, by=OLGA)

        for what, ask in (
            ("filing", file),
            ("comment", comment),
            ("note", note),
            ("comment below 500 others", comment_on_long),
        ):
            print(f"  {name:8} {what:28}{await timed(ask, times)}", flush=True)


def _in_turns() -> Iterator[str]:
    yield from ("with", "without", "with", "without", "with")


async def _ticket(desk: Desk, writer: Writer) -> str:
    new = NewTicket(title=writer.text(6), description=writer.text(40))
    return (await desk.open_ticket(new, by=ADA)).ticket.id


async def measure(sizes: list[int], *, times: int) -> None:
    writer, passwords = Writer(), Passwords()
    async with database() as (uri, tickets), open_store(uri, timeoutMS=60_000) as store:
        await store.prepare()
        people = People(store.accounts, passwords, staff={}, min_password=6)
        desk = Desk(store.tickets, people, _SLA)
        if times:
            await writing(desk, tickets, writer, store, times)
        # Indexes that are made afterwards are made faster.
        await tickets.drop()
        done = 0
        for size in sizes:
            begin = time.perf_counter()
            if done:
                await tickets.drop_indexes()
            await fill(tickets, writer, range(done + 1, size + 1))
            filled = time.perf_counter()
            await store.prepare()
            made = time.perf_counter() - filled
            rows = await (await tickets.aggregate([{"$collStats": {"storageStats": {}}}])).to_list()
            stats = rows[0]["storageStats"]
            words = stats["indexSizes"]["words"] / stats["totalIndexSize"]
            print(
                f"\n{size:,} tickets: filled in {filled - begin:.0f} s, all indexes made in"
                f" {made:.0f} s; the index of words is {stats['indexSizes']['words'] >> 20} MB, "
                f"{words:.0%} of all, beside {stats['size'] >> 20} MB of tickets"
            )
            await finding(desk, writer, size)
            done = size
    passwords.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--sizes", default="100000", help="numbers of tickets, rising")
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)
    parser.add_argument("--writes", type=int, default=200, help="of each kind; 0 leaves them out")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    uvloop.run(measure(sizes, times=asked.writes))


if __name__ == "__main__":
    main()
