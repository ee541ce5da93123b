"""The collections' indexes, and the numbered migrations between versions of the program."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pymongo import ASCENDING, DESCENDING, TEXT, IndexModel
from pymongo.errors import DuplicateKeyError

from core.people.addresses import identity
from core.store.migrations import one_outbox
from core.store.migrations.ends import note_ends
from core.store.migrations.searched_words import gather_words
from core.store.migrations.token_names import drop_old_index
from core.store.migrations.waits import note_waits
from core.store.mongo.indexes import Database, Indexes
from core.store.names import AT_ONCE
from core.store.room import has_room

log = structlog.get_logger("helpdesk")

Migration = Callable[[Database], Awaitable[None]]


def _index(
    name: str, *fields: str, unique: bool = False, only: Any = None, days: int = 0
) -> IndexModel:
    """With `days`, what has had this time for so long goes by itself."""
    keys = [
        (field.removeprefix("-"), DESCENDING if field[0] == "-" else ASCENDING) for field in fields
    ]
    options = {"partialFilterExpression": only} if only else {}
    if days:
        options["expireAfterSeconds"] = days * 24 * 3600
    return IndexModel(keys, name=name, unique=unique, **options)


# What is searched, and how much more a word counts there than in a comment. No language, since
# people write in several: every word counts, as it is written. Which field would name one is
# said, too, because a text index that finds a language in it that it does not know takes no
# document.
_WORDS = IndexModel(
    [("title", TEXT), ("description", TEXT), ("words", TEXT)],
    name="words",
    weights={"title": 10, "description": 3, "words": 1},
    default_language="none",
    language_override="language_of_its_words",
)
# Each serves a question in one of the modules beside this one, sorted as that question is.
INDEXES = {
    "tickets": [
        _index("number", "-number", unique=True),
        _index(
            "idempotency_key",
            "requester._id",
            "idempotency.key",
            unique=True,
            only={"idempotency.key": {"$exists": True}},
        ),
        _index(
            "source",
            "source.channel",
            "source.ts",
            unique=True,
            only={"source.ts": {"$exists": True}},
        ),
        _index("requester", "requester._id", "-number"),
        _index("assignee", "assignee._id", "-number"),
        _index("status", "status", "-number"),
        _index("priority", "priority", "-number"),
        _index("breaches_at", "breaches_at", "number", only={"breaches_at": {"$exists": True}}),
        _index(
            "requester_breaches_at",
            "requester._id",
            "breaches_at",
            "number",
            only={"breaches_at": {"$exists": True}},
        ),
        _index(
            "assignee_breaches_at",
            "assignee._id",
            "breaches_at",
            "number",
            only={"breaches_at": {"$exists": True}},
        ),
        _index(
            "soon_late",
            "breaches_at",
            "number",
            only={"alert.latest.kind": "soon", "breaches_at": {"$exists": True}},
        ),
        # Of what is owed: all that is of a kind, by when.
        _index(
            "deliveries_due",
            "deliveries.kind",
            "deliveries.due",
            only={"delivery.due": {"$exists": True}},
        ),
        _index(
            "deliveries_held",
            "delivery.lease",
            "delivery.at",
            "number",
            only={"delivery.lease": {"$exists": True}},
        ),
        _index("alert_watched", "alert.watch.until", only={"alert.watch.until": {"$exists": True}}),
        _index("waiting_until", "waiting_until", only={"waiting_until": {"$exists": True}}),
        _index("waits_since", "waits_since", only={"waits_since": {"$exists": True}}),
        _index("closes_at", "closes_at", only={"closes_at": {"$exists": True}}),
        _index("closed_at", "closed_at", only={"closed_at": {"$exists": True}}),
        _index("created_at", "-created_at", "-number"),
        _index("updated_at", "updated_at", "number"),
        # Partial, so that only what asks when comes by it.
        _index(
            "requester_updated_at",
            "requester._id",
            "updated_at",
            "number",
            only={"updated_at": {"$exists": True}},
        ),
        # Those whose threads are read, the latest first: partial, so that no list comes by it.
        _index("read_again", "status", "-updated_at", only={"delivery": {"$exists": True}}),
        # Of what is in Slack: a ticket's own messages, and those that became its comments.
        _index("thread", "deliveries.ts", only={"deliveries.ts": {"$exists": True}}),
        _index(
            "comment_source",
            "comments.source.ts",
            only={"comments.source.ts": {"$exists": True}},
        ),
        _WORDS,
    ],
    "timelines": [
        _index("ticket", "ticket", "start"),
        _index("key", "ticket", "timeline.key", only={"timeline.key": {"$exists": True}}),
    ],
    "answered": [_index("at", "at", days=30)],
    "full_tickets": [_index("until", "until")],
    # Removed by MongoDB itself when their time is over.
    "offers": [IndexModel([("until", ASCENDING)], name="until", expireAfterSeconds=0)],
    "allowances": [IndexModel([("until", ASCENDING)], name="until", expireAfterSeconds=0)],
    "wrong_passwords": [IndexModel([("until", ASCENDING)], name="until", expireAfterSeconds=0)],
    "greetings": [_index("owed", "owed", only={"owed": {"$exists": True}})],
    "accounts": [
        _index("email", "email_folded", unique=True, only={"email_folded": {"$exists": True}}),
        _index("slack_id", "slack_id", unique=True, only={"slack_id": {"$exists": True}}),
        _index("name_due", "name_due", only={"name_due": {"$exists": True}}),
        _index("named_at", "named_at", only={"named_at": {"$exists": True}}),
        _index("changed_at", "changed_at", only={"changed_at": {"$exists": True}}),
        _index("role", "role", "_id"),
        _index("rewrite_at", "rewrite_at", only={"rewrite_at": {"$exists": True}}),
    ],
    "link_codes": [
        _index("digest", "digest", unique=True),
        IndexModel([("until", ASCENDING)], name="until", expireAfterSeconds=0),
    ],
    "api_tokens": [_index("name", "account_id", "name", unique=True)],
}


async def create_indexes(database: Database) -> None:
    """As far as they can be made: what cannot is told, and tried again, by whoever looks."""
    await Indexes(database, INDEXES).make()


async def name_alerts(database: Database) -> None:
    """Alerts were breaches only, and known by their due time alone."""
    await _name({"alert.due": {"$exists": True}, "alert.kind": {"$exists": False}}, database)
    if "alert_owed" in await database["tickets"].index_information():
        await database["tickets"].drop_index("alert_owed")


async def identify_addresses(database: Database) -> None:
    """Accounts were found by their address's folded letters alone.

    Where two have one address by now, the older one keeps it, and the log names the other.
    """
    accounts = database["accounts"]
    async for row in accounts.find({"email": {"$exists": True}}, {"email": 1}).sort({"_id": 1}):
        fields = {"email_folded": identity(row["email"])}
        try:
            await accounts.update_one({"_id": row["_id"]}, {"$set": fields})
        except DuplicateKeyError:
            log.warning("two accounts have one address", account_id=str(row["_id"]))


async def ask_for_names(database: Database) -> None:
    """People were called what their commands said, or by their ids."""
    known_from_slack = {"slack_id": {"$exists": True}, "email": {"$exists": False}}
    await database["accounts"].update_many(
        known_from_slack | {"name_due": {"$exists": False}}, {"$set": {"name_due": AT_ONCE}}
    )


async def _name(which: dict[str, Any], database: Database) -> None:
    def named(due: Any) -> dict[str, Any]:
        return {"$concat": ["breach:", {"$toString": {"$toLong": due}}]}

    def all_named(field: str) -> dict[str, Any]:
        is_date = {"$eq": [{"$type": "$$due"}, "date"]}
        name = {"$cond": [is_date, named("$$due"), "$$due"]}
        return {"$map": {"input": {"$ifNull": [field, []]}, "as": "due", "in": name}}

    due, claimed = "$alert.due", "$alert.claimed_due"
    ring = {"name": named(claimed), "kind": "breach", "due": claimed, "at": claimed}
    dates = {
        "$filter": {
            "input": {"$ifNull": ["$alert.announced", []]},
            "as": "due",
            "cond": {"$eq": [{"$type": "$$due"}, "date"]},
        }
    }
    announced = {"$gt": [{"$size": dates}, 0]}
    latest = {"kind": "breach", "due": {"$max": dates}}
    latest["at"] = latest["due"]
    message = {
        "channel": "$alert.channel",
        "ts": "$alert.ts",
        "kind": "breach",
        "quiet": False,
        "instead_of": None,
        "says": None,
    }
    fields = {
        "alert.kind": "breach",
        "alert.ring": named(due),
        "alert.at": due,
        "alert.announced": all_named("$alert.announced"),
        "alert.tried": all_named("$alert.tried"),
        "alert.claimed": {"$cond": [{"$lte": [claimed, None]}, None, ring]},
        "alert.latest": {"$cond": [announced, latest, None]},
        "alert.messages": {"$cond": [{"$gt": ["$alert.ts", None]}, [message], []]},
    }
    fewer = {"$unset": ["alert.channel", "alert.ts"]}
    # One that has no room for it keeps no other from being named.
    room = {"$expr": has_room()}
    await database["tickets"].update_many(which | room, [{"$set": fields}, fewer])


# In order, and never changed once released. Each must be repeatable: one that was killed
# half way is run again from its beginning.
MIGRATIONS: list[tuple[int, str, Migration]] = [
    (1, "create the indexes", create_indexes),
    (2, "name the alerts by their kind too", name_alerts),
    (3, "one list of all that a ticket owes", one_outbox.convert),
    (4, "addresses are the same that people take for the same", identify_addresses),
    (5, "ask Slack what people are called", ask_for_names),
    (6, "the words of comments and notes, to be searched", gather_words),
    (7, "since when tickets wait for their requesters", note_waits),
    (8, "when tickets were closed", note_ends),
    (9, "one index of tokens instead of two", drop_old_index),
]
# Another process that has not finished a migration after this long is taken for dead.
PATIENCE = timedelta(seconds=30)


async def migrate(database: Database) -> None:
    """Runs each migration that has not been run, in one process; the others wait for it."""
    done = await _done(database)
    for number, name, run in MIGRATIONS:
        while number not in done and not await _is_done(database, number):
            if await _is_ours(database, number, name):
                await _run(database, number, run)
            else:
                await asyncio.sleep(0.1)


async def _run(database: Database, number: int, run: Migration) -> None:
    """One that fails is free for the next to try."""
    outcome: dict[str, Any] = {"$unset": {"started_at": ""}}
    try:
        await run(database)
        outcome = {"$set": {"done_at": datetime.now(UTC)}}
    finally:
        await database["migrations"].update_one({"_id": number}, outcome)


async def _done(database: Database) -> set[int]:
    """All of them, in one question: at nearly every start there is nothing to do."""
    rows = database["migrations"].find({"done_at": {"$exists": True}}, {"_id": 1})
    return {row["_id"] async for row in rows}


async def _is_done(database: Database, number: int) -> bool:
    done = {"_id": number, "done_at": {"$exists": True}}
    return await database["migrations"].find_one(done) is not None


async def _is_ours(database: Database, number: int, name: str) -> bool:
    """By the server's clock: those of two processes may differ by more than anybody's patience."""
    migrations, which = database["migrations"], {"_id": number}
    await migrations.update_one(which, {"$setOnInsert": {"name": name}}, upsert=True)
    long_ago = {"$subtract": ["$$NOW", PATIENCE // timedelta(milliseconds=1)]}
    # Not begun is, in MongoDB's order, less than any time.
    free = which | {"done_at": {"$exists": False}, "$expr": {"$lt": ["$started_at", long_ago]}}
    begun = [{"$set": {"name": name, "started_at": "$$NOW"}}]
    return (await migrations.update_one(free, begun)).modified_count == 1
