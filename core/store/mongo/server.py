"""The MongoDB server itself: what the desk needs of it, and why it does not answer."""

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pymongo.asynchronous.mongo_client import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError

from core.clock import Clock
from core.errors import Unavailable
from core.store.mongo.indexes import Database

# The server's words for a name or password that it does not know, Atlas' own, and for an account
# that may not do what it asks.
_NOBODY = {18, 8000}
_NOT_ALLOWED = 13

NO_REPLICA_SET = (
    "MongoDB is no replica set, so that nobody can link their Slack user with an account over REST"
    " (`/ticket link`, `helpdesk user link`), and all is lost with its one machine; all else works:"
    " start it with --replSet, and call rs.initiate() once, also for a single member."
)


class Server(NamedTuple):
    version: str
    # A member of a replica set, or the router of a cluster: only those take transactions.
    is_replicated: bool
    takes_writes: bool
    # How far its clock is before this machine's.
    ahead: timedelta
    # Whether a desk was ever started on this database.
    was_prepared: bool


def is_standalone(client: AsyncMongoClient[dict[str, Any]]) -> bool:
    """Whether what answered last was no member of a replica set: costs no trip to it."""
    servers = client.topology_description.server_descriptions().values()
    return any(one.server_type_name == "Standalone" for one in servers)


async def look_at(database: Database, clock: Clock) -> Server:
    """The clock is read before and after, so that a slow network is no difference."""
    before = clock()
    hello = await database.command("hello", codec_options=database.codec_options)
    after = clock()
    build = await database.command("buildInfo")
    there: datetime = hello["localTime"]
    early = max(there - after, timedelta(0))
    return Server(
        version=str(build["version"]),
        is_replicated="setName" in hello or hello.get("msg") == "isdbgrid",
        takes_writes=bool(hello["isWritablePrimary"]),
        ahead=early or min(there - before, timedelta(0)),
        was_prepared=bool(await database.list_collection_names(filter={"name": "migrations"})),
    )


def advice_on(error: Unavailable) -> str:
    """Why MongoDB did not answer and what to do: never the driver's sentence, which holds the
    address."""
    cause = error.__cause__
    if isinstance(cause, OperationFailure) and cause.code in _NOBODY:
        return (
            "MongoDB refuses the user name or password in MONGO_URI: correct them, or write"
            " ?authSource=admin behind the database's name if the account is in admin."
        )
    if isinstance(cause, OperationFailure) and cause.code == _NOT_ALLOWED:
        return (
            "The account in MONGO_URI may not use the desk's database: give it the role readWrite"
            " there."
        )
    said = str(cause) if isinstance(cause, PyMongoError) else ""
    if re.search("[Nn]ame or service|[Nn]ame resolution|nodename|DNS", said):
        return "No machine has the name that MONGO_URI gives for MongoDB's: correct it."
    if re.search("replica set members? (match|available)|No primary|replica set name", said):
        return (
            "No member of MongoDB's replica set takes writes: see rs.status() there, and whether"
            " the replicaSet in MONGO_URI is its name."
        )
    return "MongoDB does not answer. Start it, or correct MONGO_URI."
