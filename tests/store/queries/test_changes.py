"""A change, a comment and a message find their ticket by an index."""

import random
from typing import get_args

import pytest
from bson import ObjectId

from core.desk import Desk
from core.idempotency import Key
from core.people.accounts import Role, Via
from core.store import mapping
from core.store.comments import CommentRole
from core.store.tickets.threads import Earlier
from core.tickets import (
    Changes,
    Comment,
    NewComment,
    NewTicket,
    SlackMessage,
    Status,
    TimelineEntry,
)
from core.tickets.room import WORDS
from core.tickets.source import Wording
from tests.conftest import SLA
from tests.store.queries.conftest import ADA, ASKED, MINUTE, NOW, OLGA, some_ticket, wasteful


async def test_a_ticket_is_found_by_its_key_in_an_index(store, plans, database):
    keyed = await database["tickets"].find_one({"idempotency.key": {"$exists": True}})
    key, requester = keyed["idempotency"]["key"], str(keyed["requester"]["_id"])

    _, found = await plans(store.tickets.filed_with(key, requester=requester, notes=True))

    assert wasteful(found) == []


async def test_changes_and_comments_find_their_ticket_by_an_index(store, plans):
    ticket = await store.tickets.get("7")
    changed, entry = ticket.changed({"title": "Anew"}, by=OLGA, at=NOW, sla=SLA)
    comment = Comment(str(ObjectId()), "hello", ADA.person, NOW)
    said = TimelineEntry(NOW, ADA.person, Via.REST, "commented")

    asked = [
        store.tickets.save(ticket, changed, entry, key="k", comments_too=True, room=WORDS),
        store.tickets.timelines.was_changed_with("k", ticket.id),
        store.tickets.is_full(ticket, WORDS),
        *(
            store.tickets.add_comment(
                name, comment, said, key=Key("k", "body"), role=role, room=WORDS
            )
            for name in ("T-7", ticket.id)
            for role in get_args(CommentRole)
        ),
        *(
            store.tickets.add_comment_to(
                ticket, comment, said, key=None, notes=True, consequence=consequence, room=WORDS
            )
            for consequence in (None, (changed, entry))
        ),
        store.tickets.comment_body("k", ticket),
        store.tickets.comments.page("T-7", start=0, limit=21, notes=True),
        store.tickets.comments.page(ticket.id, start=0, limit=21, notes=False),
        store.tickets.timelines.page("T-7", start=0, limit=21, internal=True),
        store.tickets.timelines.page(ticket.id, start=0, limit=21, internal=False),
    ]

    for asking in asked:
        _, found = await plans(asking)
        assert wasteful(found) == []


async def test_older_entries_of_a_timeline_are_found_and_moved_by_indexes(store, plans, database):
    by = mapping.person_document(OLGA.person)
    entry = {"at": NOW, "by": by, "via": "rest", "what": "changed", "token": "x" * 1000}
    entries = [entry | {"key": f"k{n}"} for n in range(1500)]
    for number in range(1, 40):
        await database["tickets"].update_one(
            {"number": number},
            {"$set": {"timeline": entries[: 300 + 30 * number], "version": 1501}},
        )
    tickets = [await store.tickets.get(f"{number}") for number in range(1, 40)]
    timelines = store.tickets.timelines
    asked = [timelines.move(ticket.id) for ticket in tickets[1:7]]
    for ticket in tickets[7:]:
        await timelines.move(ticket.id)
    moved = await store.tickets.get("39")
    changed, said = moved.changed({"title": "Anew"}, by=OLGA, at=NOW, sla=SLA)
    assert moved.older_timelines > 1
    assert await database["timelines"].count_documents({}) > 40

    asked += [
        timelines.page("39", start=0, limit=21, internal=True),
        timelines.page("39", start=0, limit=21, internal=False),
        timelines.older(moved.id),
        timelines.was_changed_with("k0", moved.id),
        store.tickets.save(moved, changed, said, key="k0", comments_too=False, room=WORDS),
        store.tickets.versions.since(moved.id, 5),
        store.readings.changed_since(["39"], NOW + MINUTE, but="x"),
    ]

    for asking in asked:
        _, found = await plans(asking)
        assert wasteful(found) == []


async def test_whose_thread_it_is_and_what_was_said_there_is_found_by_indexes(
    store, plans, database
):
    there = {"$set": {"deliveries.0.to": "C1", "deliveries.0.ts": "1772442000.000100"}}
    await database["tickets"].update_one({"number": 7}, there)
    source = SlackMessage("C1", "1772442001.000100")
    comment = Comment(str(ObjectId()), "hello", ADA.person, NOW, source=source)
    said = TimelineEntry(NOW, ADA.person, Via.SLACK, "commented")
    threads = store.tickets.threads

    ticket, requesters = await threads.ticket_in_thread("C1", "1772442000.000100")
    assert (ticket.number, requesters) == (7, False)
    await store.tickets.add_comment(
        ticket.id, comment, said, key=None, role="requester", room=WORDS, heard_at=NOW
    )
    edited = comment._replace(message="hi", edited="1772442002.000100")
    for asking in (
        threads.ticket_in_thread("C1", "1772442000.000100"),
        threads.comment_from(source),
        threads.worded_by(source, "1772442000.000100"),
        threads.reworded(ticket, Wording.of("1.000001", "hi", "", edited="2.000001")),
        threads.was_told(ticket.id, NOW, channel="C1"),
        store.tickets.helpful.said(ticket.id, helpful=True),
        threads.passed_over(ticket, "3.000001"),
        threads.tell_full(ticket.id, "C1", "1772442000.000100", whole=True),
        threads.change_comment(ticket.id, edited, said, room=WORDS, at=NOW),
        threads.add_earlier(
            ticket.id, [Earlier(comment, said, Key("k", "body"), ADA)], room=WORDS, at=NOW
        ),
    ):
        _, plan = await plans(asking)
        assert wasteful(plan) == []


async def test_what_belongs_to_no_ticket_is_one_look_that_touches_none(store, database, recorder):
    for asking in (
        store.tickets.threads.ticket_in_thread("C1", "1.000001"),
        store.tickets.threads.comment_from(SlackMessage("C1", "1.000001")),
        store.tickets.threads.worded_by(SlackMessage("C1", "1.000001"), "1.000001"),
    ):
        recorder.commands.clear()
        assert await asking is None

        [(_, command)] = recorder.commands
        asked = {part: said for part, said in command.items() if part in ASKED["find"]}
        explain = {"explain": asked | {"limit": 1}, "verbosity": "executionStats"}
        stats = (await database.command(explain))["executionStats"]
        assert (stats["totalDocsExamined"], stats["totalKeysExamined"]) == (0, 0)


async def test_the_counter_and_its_catching_up_use_indexes(store, plans, database):
    await database["counters"].delete_many({})
    ticket = some_ticket(7, random.Random(1))
    entry = TimelineEntry(NOW, ADA.person, Via.REST, "created")

    added, found = await plans(store.tickets.add(ticket, entry, key=None, receipt_to=None))

    assert added.number == 501
    assert wasteful(found) == []


@pytest.mark.parametrize(
    ("by", "waiting_for", "trips"),
    [
        ("the requester", None, 1),
        ("the requester", "Acme Networks", 1),
        ("an agent", None, 1),
        ("an agent", "requester", 1),
        ("the requester", "requester", 3),
    ],
)
async def test_a_comment_takes_one_trip_unless_something_follows_from_it(
    store, people, recorder, clock, by, waiting_for, trips
):
    desk = Desk(store.tickets, people, SLA, clock)
    requester = ADA._replace(role=Role.USER)
    ticket, _ = await desk.open_ticket(NewTicket(title="Server down"), by=requester)
    if waiting_for:
        changes = Changes(status=Status.WAITING, waiting_for=waiting_for)
        await desk.change_ticket(ticket.id, changes, by=OLGA)
    recorder.commands.clear()

    author = OLGA if by == "an agent" else requester
    await desk.comment(ticket.id, NewComment(message="hello"), by=author)

    assert len(recorder.commands) == trips
