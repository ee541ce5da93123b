"""MongoDB: whether it answers, is what the desk needs, and has its indexes. Nothing is written."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

from bot.command_line.checks.finding import Finding, note, ok, problem, unchecked
from bot.runtime.opening import connected_store
from core.clock import Clock
from core.errors import Unavailable
from core.settings import BadSettings, Settings
from core.store import Store
from core.store.mongo.embedded import NoMongo
from core.store.mongo.server import NO_REPLICA_SET, Server, advice_on

# The oldest that docs/operating.md names.
OLDEST = 5
# What the clocks of two processes may differ by, as docs/operating.md says.
FURTHEST = timedelta(seconds=5)
# What is asked of a MongoDB that answers.
_OF_SERVER = ("replica set", "version", "clock", "index")


async def of_mongo(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    try:
        async with connected_store(settings) as store:
            server = await store.server(clock)
            own = settings.mongo_uri is None
            yield ok("database", "The desk's own MongoDB starts." if own else "MongoDB answers.")
            for finding in (_of_set(server), _of_version(server), _of_clock(server)):
                yield finding
            async for finding in _of_indexes(store, server):
                yield finding
    except (NoMongo, BadSettings) as error:
        yield problem("database", str(error))
    except Unavailable as error:
        yield problem("database", advice_on(error))
    else:
        return
    for name in _OF_SERVER:
        yield unchecked(name, "of what is said of the database")


def _of_set(server: Server) -> Finding:
    if not server.is_replicated:
        return problem("replica set", NO_REPLICA_SET)
    if not server.takes_writes:
        return problem(
            "replica set",
            "MONGO_URI leads to a member that takes no writes: name all members, and leave out"
            " directConnection.",
        )
    return ok("replica set", "It is one, and takes writes.")


def _of_version(server: Server) -> Finding:
    major = re.match(r"\d+", server.version)
    if major and int(major[0]) < OLDEST:
        said = f"MongoDB is {server.version}: the desk needs {OLDEST}.0 or newer."
        return problem("version", said)
    return ok("version", f"MongoDB {server.version}.")


def _of_clock(server: Server) -> Finding:
    seconds = server.ahead.total_seconds()
    if abs(server.ahead) > FURTHEST:
        way = "behind" if seconds > 0 else "before"
        return problem(
            "clock",
            f"The clock of this machine is {abs(round(seconds))} s {way} MongoDB's: set both right,"
            " and keep them so (NTP). Tickets are due by this one.",
        )
    return ok("clock", "This machine's and MongoDB's clock agree.")


async def _of_indexes(store: Store, server: Server) -> AsyncIterator[Finding]:
    if not server.was_prepared:
        yield unchecked("index", "no desk has run on this database yet: its start makes them")
        return
    flaws = await store.foreseen_flaws()
    for flaw in flaws:
        yield (note if flaw.passes else problem)("index", flaw.message)
    if not flaws:
        yield ok("index", "All are there.")
