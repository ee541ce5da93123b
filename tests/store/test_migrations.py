"""Indexes and migrations: there before anybody is served, whoever starts and dies meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta

from bson import ObjectId

from core.people.accounts import Actor, Role, Via
from core.store.migrations.migrations import MIGRATIONS, PATIENCE
from core.tickets import NewTicket, Ticket, TimelineEntry
from core.tickets.finding.query import TicketQuery
from tests.conftest import SLA
from tests.store.conftest import WANTED, names_of_indexes
from tests.support.filled import MIB, fill


async def test_preparing_makes_every_index_and_notes_every_migration(opened, empty):
    store = await opened()

    await store.prepare()

    assert await names_of_indexes(empty) == WANTED
    assert await store.flaws() == []
    done = await empty["migrations"].find().to_list()
    assert [(one["_id"], one["name"]) for one in done] == [
        (number, name) for number, name, _ in MIGRATIONS
    ]
    assert all("done_at" in one for one in done)


async def test_preparing_again_changes_nothing(opened, empty):
    store = await opened()
    await store.prepare()
    before = await empty["migrations"].find().to_list()

    await store.prepare()

    assert await empty["migrations"].find().to_list() == before


async def test_preparing_may_take_longer_than_a_question(opened, empty, another_store, mongo_uri):
    """With a million tickets an index takes longer than anybody waits for an answer."""
    uri = mongo_uri.replace("/helpdesk?", f"/{empty.name}?")
    hasty = await another_store(uri, timeoutMS=5)

    await hasty.prepare()

    assert await names_of_indexes(empty) == WANTED


async def test_ten_that_start_at_once_migrate_once(opened, empty):
    stores = [await opened() for _ in range(10)]

    await asyncio.gather(*(store.prepare() for store in stores))

    assert await names_of_indexes(empty) == WANTED
    assert await empty["migrations"].count_documents({}) == len(MIGRATIONS)


async def test_a_migration_of_a_process_that_died_is_taken_over(opened, empty):
    begun = datetime.now(UTC) - PATIENCE - timedelta(seconds=1)
    await empty["migrations"].insert_one({"_id": 1, "name": "dead", "started_at": begun})
    store = await opened()

    await store.prepare()

    assert await store.flaws() == []
    assert "done_at" in await empty["migrations"].find_one({"_id": 1})


async def test_a_migration_that_another_process_works_on_is_waited_for(opened, empty):
    await empty["migrations"].insert_one(
        {"_id": 1, "name": "theirs", "started_at": datetime.now(UTC)}
    )
    preparing = asyncio.create_task((await opened()).prepare())

    await empty["migrations"].update_one({"_id": 1}, {"$set": {"done_at": datetime.now(UTC)}})
    await preparing

    assert (await empty["migrations"].find_one({"_id": 1}))["name"] == "theirs"


async def test_alerts_of_an_earlier_version_are_named_by_their_kind(opened, empty, clock):
    due, other = datetime(2026, 3, 2, 13, tzinfo=UTC), datetime(2026, 3, 4, 13, tzinfo=UTC)
    old = {"owed": True, "due": other, "announced": [due], "tried": [due], "claimed_due": due}
    old |= {"channel": "C1", "ts": "1.1"}
    never = {"owed": True, "due": due, "announced": [], "tried": []}
    await empty["tickets"].insert_many([{"number": 1, "alert": old}, {"number": 2, "alert": never}])
    await empty["tickets"].create_index("alert.due", name="alert_owed")

    await (await opened()).prepare()

    one, two = [row["alert"] for row in await empty["tickets"].find().sort("number").to_list()]
    named = "breach:1772456400000"
    assert (one["ring"], one["at"]) == ("breach:1772629200000", other)
    assert one["announced"] == one["tried"] == [named]
    assert one["claimed"] == {"name": named, "kind": "breach", "due": due, "at": due}
    assert one["latest"] == {"kind": "breach", "due": due, "at": due}
    assert (two["ring"], two["claimed"], two["latest"]) == (named, None, None)
    [message] = one["messages"]
    assert (message["channel"], message["ts"], message["kind"]) == ("C1", "1.1", "breach")
    assert (two["messages"], "ts" in one) == ([], False)
    assert "alert_owed" not in await empty["tickets"].index_information()


async def test_the_index_of_tokens_that_another_replaced_is_dropped(opened, empty):
    await empty["api_tokens"].create_index("account_id", name="account_id")

    await (await opened()).prepare()

    assert set(await empty["api_tokens"].index_information()) == {"_id_", "name"}


async def test_words_from_before_are_found_those_of_notes_by_agents_alone(opened, empty):
    store = await opened()
    await store.prepare()
    at, by = datetime.now(UTC), Actor(str(ObjectId()), "Olga", Role.AGENT, Via.REST)
    tickets, comments = [], ("Publicly", "$Secretly - $said", "", "Openly")
    for number in (1, 2, 3):
        new = NewTicket(title=f"Ticket {number}")
        ticket = Ticket.opened(new, id=str(ObjectId()), number=number, by=by, at=at, sla=SLA)
        tickets.append(ticket)
        entry = TimelineEntry(at, by.person, by.via, "created")
        await store.tickets.add(ticket, entry, key=None, receipt_to=None)
        said = [
            {
                "_id": ObjectId(),
                "message": text,
                "author": {"_id": ObjectId(by.id), "name": "Olga", "slack_id": None},
                "created_at": at,
            }
            | ({"internal": True} if 0 < place < 3 else {})
            for place, text in enumerate(comments)
        ]
        await empty["tickets"].update_one({"number": number}, {"$set": {"comments": said}})
    await fill(empty, 3, to=16 * MIB - 100)
    await empty["tickets"].drop_index("words")
    await empty["migrations"].delete_one({"_id": 6})

    await store.prepare()

    assert await store.flaws() == []
    for ticket in tickets:
        read = await store.tickets.get(ticket.id)
        assert [one.message for one in read.comments] == [*comments]
        assert [one.internal for one in read.comments] == [False, True, True, False]
    for word, notes, found in (
        ("ticket", False, [3, 2, 1]),
        # There was no room for them in the third.
        ("publicly", False, [2, 1]),
        ("openly", True, [2, 1]),
        ("secretly", False, []),
        ("said", False, []),
        ("secretly", True, [2, 1]),
        ("said", True, [2, 1]),
    ):
        results = await store.tickets.search.with_all([word], TicketQuery(), notes=notes, limit=9)
        assert [one.number for one in results.tickets] == found


async def test_when_a_ticket_was_closed_is_known_of_older_ones_too(opened, empty):
    store = await opened()
    await store.prepare()
    closed, reopened, again = (datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3))

    def to(status, at):
        return {"at": at, "changes": {"status": {"old": "x", "new": status}}}

    ends = [to("closed", closed), to("open", reopened), to("closed", again), {"at": reopened}]
    await empty["tickets"].insert_many(
        [
            {"number": 1, "status": "closed", "timeline": ends, "updated_at": reopened},
            {"number": 2, "status": "closed", "updated_at": reopened},
            {"number": 3, "status": "open", "timeline": ends[:2], "updated_at": reopened},
            {"number": 4, "status": "resolved", "timeline": [], "updated_at": reopened},
        ]
    )
    await empty["migrations"].delete_one({"_id": 8})

    await store.prepare()

    found = await empty["tickets"].find().sort({"number": 1}).to_list()
    assert [row.get("closed_at") for row in found] == [again, reopened, None, None]
