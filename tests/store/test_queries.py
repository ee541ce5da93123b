"""Every question to the database is answered from an index, in the index's order."""

import random
import re
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest
from bson import ObjectId
from pymongo.monitoring import CommandListener

from core.alerts.rules import AlertRules, next_ring
from core.desk import Desk
from core.idempotency import Key
from core.people.accounts import Actor, Hears, Role, Via
from core.store import mapping
from core.store.comments import CommentRole
from core.store.delivery import entries
from core.store.delivery.changes import sent
from core.store.delivery.deliveries import Posted
from core.store.readings import Walk
from core.store.tickets.belongings import BELONGINGS, TIMELINES
from core.store.tickets.threads import Earlier
from core.tickets import (
    Changes,
    Comment,
    NewComment,
    NewTicket,
    Priority,
    SlackMessage,
    Status,
    Ticket,
    TimelineEntry,
)
from core.tickets.finding.home import HomeList, parts
from core.tickets.finding.query import Cursor, TicketQuery
from core.tickets.room import WORDS
from core.tickets.source import Wording
from tests.conftest import SLA
from tests.support.filled import WHOLE, fill

# What of a command says what was asked, by its name.
ASKED = {
    "find": {"find", "filter", "sort", "projection", "skip", "limit", "hint"},
    "update": {"update", "updates"},
    "delete": {"delete", "deletes"},
    "aggregate": {"aggregate", "pipeline", "cursor"},
    "findAndModify": {"findAndModify", "query", "update", "sort", "fields", "new", "upsert"},
}
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = [
    Actor(str(ObjectId()), f"Person {n}", Role.AGENT, Via.REST, slack_id=f"U{n}") for n in range(9)
]
ADA, OLGA = PEOPLE[:2]
AT_ONCE = timedelta(0)
MINUTE = timedelta(minutes=1)


class Recorder(CommandListener):
    """Keeps what the store sends, as it was sent."""

    def __init__(self):
        self.commands = []

    def started(self, event):
        self.commands.append((event.command_name, dict(event.command)))

    def succeeded(self, event):
        pass

    def failed(self, event):
        pass


def stages(plan):
    """Every stage of the plan that won."""
    if isinstance(plan, dict):
        parts = [part for name, part in plan.items() if name != "rejectedPlans"]
        return {plan.get("stage")}.union(*map(stages, parts))
    return set().union(*map(stages, plan)) if isinstance(plan, list) else set()


def some_ticket(number, chance):
    """An open ticket, some of them worked on or finished, filed within the last days."""
    filed = NOW - timedelta(minutes=chance.randrange(5000))
    new = NewTicket(
        title=f"Ticket {number}",
        description="x" * chance.randrange(1000),
        priority=chance.choice(list(Priority)),
    )
    by = chance.choice(PEOPLE)
    ticket = Ticket.opened(new, id=str(ObjectId()), number=number, by=by, at=filed, sla=SLA)
    ticket.status = chance.choice([Status.OPEN, Status.OPEN, *Status])
    ticket.assignee = chance.choice([None, *PEOPLE]) and chance.choice(PEOPLE).person
    return ticket


def ticket_document(ticket, chance):
    receipt_to = chance.choice([None, ticket.requester.slack_id])
    document = mapping.ticket_document(ticket) | entries.at_first(ticket, receipt_to=receipt_to)
    for one in document["deliveries"]:
        if chance.random() > 0.3 or (one["kind"] == "alert" and ticket.breaches_at is None):
            one["due"] = None
    due = [one["due"] for one in document["deliveries"] if one["due"]]
    document["delivery"] = {"due": min(due)} if due else {}
    if ticket.breaches_at is None:
        del document["breaches_at"]
    if chance.random() < 0.3:
        document["idempotency"] = {"key": f"rest:{ticket.number}", "body": "x"}
    return document | {"timeline": []}


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
async def store(another_store, recorder, database):
    """A desk that has seen some work, over a connection that is listened to."""
    chance = random.Random(7)
    tickets = [some_ticket(number, chance) for number in range(1, 501)]
    await database["tickets"].insert_many(ticket_document(ticket, chance) for ticket in tickets)
    await database["accounts"].insert_many(
        {
            "name": person.name,
            "role": "agent",
            "email": f"{n}@example.com",
            "email_folded": f"{n}@example.com",
            "slack_id": person.slack_id,
            "_id": ObjectId(person.id),
        }
        for n, person in enumerate(PEOPLE)
    )
    return await another_store(event_listeners=[recorder])


@pytest.fixture
def plans(recorder, database):
    """Asks, then explains whatever was sent for it: the stages of each command."""

    async def explained(asking):
        recorder.commands.clear()
        answer = await asking
        found = []
        for name, command in recorder.commands:
            if name in ASKED:
                asked = {part: said for part, said in command.items() if part in ASKED[name]}
                plan = await database.command("explain", asked, verbosity="queryPlanner")
                found.append(stages(plan))
        assert found
        return answer, found

    return explained


def wasteful(plans):
    return [plan for plan in plans if plan & {"COLLSCAN", "SORT"}]


FILTERS = [
    dict(statuses=statuses, priority=priority, **people)
    for statuses, priority, people in product(
        [None, frozenset({Status.OPEN}), frozenset({Status.OPEN, Status.WAITING})],
        [None, Priority.HIGH],
        [
            {},
            {"requester": ADA.id},
            {"assignee": OLGA.id},
            {"requester": ADA.id, "assignee": OLGA.id},
            {"unassigned": True},
            {"requester": ADA.id, "unassigned": True},
            {"concerning": ADA.id},
            {"concerning": ADA.id, "requester": ADA.id},
        ],
    )
]


async def test_what_changed_and_what_is_soon_late_is_read_in_the_order_of_an_index(
    store, plans, database
):
    latest = {"kind": "soon", "due": NOW, "at": NOW}
    await database["tickets"].update_many({}, {"$set": {"alert.latest": latest}})
    slow, since = [], NOW - timedelta(days=2)
    for filters in FILTERS:
        for after in (None, Cursor(250, NOW - timedelta(hours=1))):
            for times in ({"updated_since": since}, {"soon_at": NOW}):
                question = TicketQuery(**times, **filters)
                _, found = await plans(store.tickets.lists.page(question, limit=21, after=after))
                slow += [(said(filters), times, plan) for plan in wasteful(found)]

    assert slow == []


async def test_words_are_looked_for_by_their_index_alone(store, plans, recorder):
    search, question = store.tickets.search, TicketQuery(requester=ADA.id, priority=Priority.HIGH)

    common, found = await plans(search.common(["Ticket", "7"], notes=True))
    results, more = await plans(search.with_all(["Ticket", "7"], question, notes=True, limit=10))
    anybodys, _ = await plans(search.with_all(["7"], TicketQuery(), notes=False, limit=10))

    assert common == []
    assert [ticket.number for ticket in anybodys.tickets] == [7]
    assert results.total in (0, 1)
    for plan in found + more:
        assert "TEXT_MATCH" in plan
        assert "COLLSCAN" not in plan


@pytest.mark.parametrize("requester", [None, ADA.id], ids=["everybody's", "hers"])
async def test_numbers_that_begin_so_are_read_in_the_order_of_an_index(store, plans, requester):
    tickets, found = await plans(store.tickets.search.numbered(4, requester=requester, most=1000))

    if requester is None:
        assert [ticket.number for ticket in tickets] == [
            *range(499, 399, -1),
            *range(49, 39, -1),
            4,
        ]
    assert {str(ticket.number)[0] for ticket in tickets} == {"4"}
    assert wasteful(found) == []


def said(filters):
    return " ".join(name for name, value in filters.items() if value) or "everything"


@pytest.mark.parametrize("page", ["first", "by offset", "by cursor"])
@pytest.mark.parametrize("breached_at", [None, NOW], ids=["newest", "breached"])
async def test_every_list_is_read_in_the_order_of_an_index(store, plans, breached_at, page):
    where = {
        "first": {},
        "by offset": {"offset": 20},
        "by cursor": {"after": Cursor(250, NOW - timedelta(hours=1))},
    }[page]
    slow = []

    for filters in FILTERS:
        question = TicketQuery(breached_at=breached_at, **filters)
        _, found = await plans(store.tickets.lists.page(question, limit=21, **where))
        slow += [(said(filters), plan) for plan in wasteful(found)]

    assert slow == []


async def test_what_is_due_first_is_read_and_counted_in_the_order_of_an_index(store, plans):
    slow = []
    for filters in FILTERS:
        for clock_runs in (True, False):
            question = TicketQuery(clock_runs=clock_runs, **filters)
            _, found = await plans(store.tickets.lists.page(question, limit=10, offset=10))
            _, counted = await plans(store.tickets.lists.count(question, most=100))
            slow += [(said(filters), plan) for plan in wasteful(found + counted)]

    assert slow == []


@pytest.mark.parametrize("which", HomeList)
async def test_what_the_home_tab_shows_is_read_and_counted_in_the_order_of_an_index(
    store, plans, which
):
    slow = []
    for question in parts(which, whose=OLGA.id, at=NOW):
        _, found = await plans(store.tickets.lists.page(question, limit=10, offset=10))
        _, counted = await plans(store.tickets.lists.count(question, most=100))
        slow += [(question, plan) for plan in wasteful(found + counted)]

    assert slow == []


async def test_one_ticket_is_found_by_an_index_whatever_it_is_called(store, plans):
    by_number, found = await plans(store.tickets.get("T-7"))
    by_id, found_by_id = await plans(store.tickets.get(by_number.id))

    assert by_id == by_number
    assert wasteful(found + found_by_id) == []


@pytest.mark.parametrize("number", [None, 250])
async def test_the_latest_tickets_are_read_in_the_order_of_an_index(store, plans, number):
    tickets, found = await plans(store.tickets.lists.filed_before(number, limit=100))

    assert [ticket.number for ticket in tickets] == list(
        range(500, 400, -1) if number is None else range(249, 149, -1)
    )
    assert wasteful(found) == []


@pytest.mark.parametrize("after", [None, "a ticket"])
async def test_a_period_is_read_in_the_order_of_an_index(store, plans, after):
    since, until = NOW - timedelta(days=2), NOW - timedelta(days=1)
    ask = store.tickets.overviews.filed_within
    every = await ask(since, until, after=None, limit=1000)
    place = every[49] if after else None

    page, found = await plans(ask(since, until, after=place, limit=50))

    assert len(every) > 100
    assert page == every[50:100] if after else page == every[:50]
    assert all(since <= ticket.created_at < until for ticket in every)
    assert wasteful(found) == []


async def test_a_page_of_a_period_neither_skips_nor_repeats_what_was_filed_at_once(store, database):
    await database["tickets"].update_many({}, {"$set": {"created_at": NOW}})
    numbers, after = [], None

    while page := await store.tickets.overviews.filed_within(
        NOW, NOW + MINUTE, after=after, limit=70
    ):
        numbers += [ticket.number for ticket in page]
        after = page[-1]

    assert numbers == list(range(500, 0, -1))


async def test_how_the_desk_stands_is_read_from_indexes(store, plans, database):
    unfinished = {"status": {"$in": ["open", "in_progress", "waiting"]}}
    late = unfinished | {"breaches_at": {"$lt": NOW}}

    ask = store.tickets.overviews.standing(at=NOW, most=10_000, oldest=3)
    standing, found = await plans(ask)

    assert standing.unfinished == await database["tickets"].count_documents(unfinished)
    assert standing.late == await database["tickets"].count_documents(late) > 0
    assert len({share.person for share in standing.shares}) == len(standing.shares) == 10
    numbers = [ticket.number for ticket in standing.oldest]
    assert len(numbers) == 3
    assert numbers == sorted(numbers)
    assert standing.complete
    assert wasteful(found) == []


async def test_how_the_desk_stands_says_when_it_did_not_count_everything(store):
    standing = await store.tickets.overviews.standing(at=NOW, most=100, oldest=3)

    assert (standing.unfinished, standing.complete) == (100, False)


async def test_a_digest_is_claimed_by_its_id(store, plans):
    today, found = NOW.date(), []
    digest = await store.digests.claim(today, "C1", lease=MINUTE)
    for asking in (
        store.digests.is_settled(today, "C1"),
        store.digests.begin(digest, within=AT_ONCE),
        store.digests.refused(digest, wait=AT_ONCE),
        store.digests.claim(today, "C1", lease=MINUTE),
        store.digests.posted(digest, ts="1.1"),
    ):
        _, more = await plans(asking)
        found += more

    assert wasteful(found) == []


async def test_what_a_board_shows_is_read_in_the_order_of_indexes(store, plans, database):
    # Every ticket that is due later rang because it is soon late.
    soon = {"$concat": ["soon:", {"$toString": {"$toLong": "$sla_due"}}]}
    rang = {"alert.latest": {"kind": "soon", "due": NOW, "at": NOW}, "alert.announced": [soon]}
    due = {"breaches_at": {"$gte": NOW}}
    await database["tickets"].update_many(due, [{"$set": rang}])

    _, resting = await plans(store.boards.at_rest("C1", at=NOW))
    unquiet, found = await plans(store.boards.unquiet(at=NOW))
    _, told = await plans(store.boards.tickets([unquiet.tickets[0].id]))

    assert unquiet.late == await database["tickets"].count_documents({"breaches_at": {"$lt": NOW}})
    assert unquiet.soon == await database["tickets"].count_documents(due) > 0
    assert unquiet.late + unquiet.soon == len(unquiet.tickets)
    assert wasteful(resting + found + told) == []


async def test_a_start_with_nothing_to_do_asks_once_which_migrations_are_done(store, recorder):
    recorder.commands.clear()

    await store.prepare()

    about = [command for _, command in recorder.commands if command.get("find") == "migrations"]
    assert len(about) == 1


async def test_a_look_at_a_desk_with_nothing_late_touches_no_ticket(store, database, recorder):
    await database["tickets"].update_many({}, {"$unset": {"breaches_at": ""}})
    recorder.commands.clear()

    assert await store.boards.at_rest("C1", at=NOW)

    for _, command in recorder.commands:
        asked = {part: said for part, said in command.items() if part in ASKED["find"]}
        explain = {"explain": asked | {"limit": 1}, "verbosity": "executionStats"}
        stats = (await database.command(explain))["executionStats"]
        assert (stats["totalDocsExamined"], stats["totalKeysExamined"]) in {(0, 0), (0, 1)}


async def test_an_offer_is_claimed_by_its_id(store, plans):
    first, found = await plans(store.offers.claim("C1", "U1"))
    again, more = await plans(store.offers.claim("C1", "U1"))

    assert (first, again) == (True, False)
    assert wasteful(found + more) == []


async def test_a_greeting_is_claimed_by_an_index(store, plans):
    _, found = await plans(store.greetings.owe("C1"))
    greeting, more = await plans(store.greetings.claim(lease=MINUTE))
    for asking in (
        store.greetings.begin(greeting, within=AT_ONCE),
        store.greetings.refused(greeting, wait=AT_ONCE),
        store.greetings.posted(greeting, ts="1.1"),
        store.greetings.not_there(greeting),
    ):
        _, others = await plans(asking)
        more += others

    assert greeting.channel == "C1"
    assert wasteful(found + more) == []


async def test_a_board_is_claimed_and_kept_by_its_id(store, plans):
    board, found = await plans(store.boards.claim("C1", lease=MINUTE))
    shows = {"ts": "1.1", "shown": {}, "said": "", "at": NOW, "full": False, "untold": []}
    for asking in (
        store.boards.about_to_post(board, within=timedelta(seconds=1)),
        store.boards.shows(board, **shows),
        store.boards.about_to_tell(board, within=timedelta(seconds=1)),
        store.boards.told(board),
        store.boards.release(board, wait=AT_ONCE),
    ):
        _, more = await plans(asking)
        found += more

    assert wasteful(found) == []


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


async def test_where_the_latest_messages_are_is_read_in_the_order_of_an_index(
    store, plans, database
):
    for number, channels in ((491, ("C0NEW", "C0ALERTS")), (490, ("C0OLD",))):
        there = [{"id": one, "kind": "card", "to": one, "ts": "1.1"} for one in channels]
        which = {"number": number}
        await database["tickets"].update_one(which, {"$set": {"deliveries": there}})

    channels, found = await plans(store.owed.recent_channels(tickets=10))

    assert channels == {"C0NEW", "C0ALERTS"}
    assert wasteful(found) == []


async def test_accounts_are_found_by_indexes(store, plans):
    asked = [
        store.accounts.get(ADA.id),
        store.accounts.with_email("3@example.com"),
        store.accounts.of_slack_user("U3", name="Person 3"),
        store.accounts.of_slack_user("U99", name="Somebody new"),
        store.accounts.rename(ADA.id, "Ada"),
        store.accounts.hears("U3"),
        store.accounts.hear(ADA.id, Hears.NEEDED),
        store.accounts.homes.chosen(ADA.id),
        store.accounts.homes.choose(ADA.id, "queue"),
        store.accounts.link(
            "U4", name="Eve", email="eve@example.com", password_hash="x", role=Role.USER
        ),
        store.accounts.names.ask_about(["U99"]),
        store.accounts.names.claim(at=NOW, lease=MINUTE),
        store.accounts.names.learned("U99", "Nora", handle="nora"),
        store.accounts.names.unknown("U99"),
        store.accounts.names.refresh(),
        store.accounts.last_change(),
        store.accounts.changed_since(NOW),
        store.accounts.touch(ADA.id),
        store.accounts.end_sign_ins(ADA.id),
        store.accounts.change(ADA.id, {"role": "agent"}),
        store.accounts.has_admin(),
        store.accounts.page(after=None, most=5, words=None, role=None),
        store.accounts.page(after=ADA.id, most=5, words="3", role=Role.USER),
        store.accounts.tokens.of(ADA.id),
        store.accounts.tokens.get(ADA.id),
        store.accounts.tokens.used(ADA.id, NOW),
        store.accounts.tokens.remove(ADA.id, ADA.id),
    ]

    for asking in asked:
        _, found = await plans(asking)
        assert wasteful(found) == []


def ring_of(ticket):
    return next_ring(ticket, AlertRules(soon=0.75), at=NOW)


async def test_owed_alerts_are_claimed_tried_and_settled_by_indexes(store, plans):
    when = {"at": NOW, "lease": MINUTE}
    claim, found = await plans(store.alerts.claim(**when, doubt=AT_ONCE))
    _, checked = await plans(store.alerts.check(claim, at=NOW, next_ring=ring_of))
    assert wasteful(found + checked) == []
    again, _ = await plans(store.alerts.claim(**when, doubt=AT_ONCE))
    [group, *_] = await store.alerts.groups(again)
    assert group.size > 10

    claimed, found = await plans(store.alerts.some(again, group, lease=MINUTE, most=10))
    assert len(claimed) == 10
    assert wasteful(found) == []
    for some in (claimed[:1], claimed):
        _, found = await plans(store.owed.begin(some, within=AT_ONCE, channel="C1"))
        assert wasteful(found) == []

    for outcome in (
        store.alerts.doubtful(again),
        store.alerts.not_there(claimed),
        store.owed.unknown(claimed[:2], wait=AT_ONCE),
        store.owed.put_off(claimed[2:4], wait=AT_ONCE),
        store.owed.rang(claimed[4:5], Posted("C1", "1.1", alone=True), at=NOW),
        store.owed.rang(claimed[5:], Posted("C1", "1.1", alone=False), at=NOW),
        store.alerts.let_go(again),
    ):
        _, found = await plans(outcome)
        assert wasteful(found) == []


async def test_a_batch_of_alerts_is_tried_and_settled_by_indexes(store, plans):
    when = {"at": NOW, "lease": MINUTE}
    claim = await store.alerts.claim(**when, doubt=AT_ONCE)
    await store.alerts.check(claim, at=NOW, next_ring=ring_of)
    claim = await store.alerts.claim(**when, doubt=AT_ONCE)
    [group, *_] = await store.alerts.groups(claim)
    [first] = await store.alerts.some(claim, group, lease=MINUTE, most=1)

    name = f"batch-breach:{first.ticket.id}:1:C1"
    batch, found = await plans(store.alerts.batched(claim, group, name, lease=MINUTE))
    ready, tried = await plans(store.owed.begin(batch, within=AT_ONCE, channel="C1"))
    assert len(ready) == min(group.size, 100)
    assert ready[0].ticket.sla_due == min(one.ticket.sla_due for one in ready)
    assert wasteful(found + tried) == []
    assert await store.owed.count(batch) == group.size
    _, found = await plans(store.owed.rang(batch, Posted("C1", "1.1", alone=False), at=NOW))
    assert wasteful(found) == []
    assert name not in {one.batch for one in await store.alerts.groups(claim)}


async def test_a_scan_that_finds_nothing_touches_an_index_and_no_ticket(store, database, recorder):
    await database["tickets"].update_many({}, {"$unset": {"breaches_at": ""}})
    nothing_due_yet = {"deliveries.$[alert].due": NOW + MINUTE, "deliveries.$[other].due": None}
    filters = [{"alert.kind": "alert"}, {"other.kind": {"$ne": "alert"}}]
    await database["tickets"].update_many(
        {}, {"$set": nothing_due_yet | {"delivery.due": NOW}}, array_filters=filters
    )
    lease = {"lease": MINUTE, "doubt": AT_ONCE}
    recorder.commands.clear()

    assert await store.arrears.nothing_to_do("C1", at=NOW)
    assert await store.alerts.claim(at=NOW, doubtful=False, **lease) is None
    assert await store.owed.claim(["alert", "card"], **lease) == []
    assert await store.owed.claim(["receipt"], **lease) == []

    assert len(recorder.commands) == 5
    for name, command in recorder.commands:
        asked = {part: said for part, said in command.items() if part in ASKED[name]}
        explain = {"explain": asked, "verbosity": "executionStats"}
        told = str(await database.command(explain))
        assert set(re.findall(r"'totalDocsExamined': (\d+)", told)) == {"0"}
        assert max(map(int, re.findall(r"'totalKeysExamined': (\d+)", told))) <= 5


async def test_what_is_owed_is_measured_by_an_index_in_one_question(store, plans, database):
    # Most are to be planned still, which is no message.
    planned = {"$set": {"deliveries.$[alert].due": NOW - 9 * MINUTE}}
    which = [{"alert.kind": "alert", "alert.due": entries.UNPLANNED}]
    some = {"number": {"$lte": 50}}
    await database["tickets"].update_many(some, planned, array_filters=which)

    measured, found = await plans(store.arrears.by_kind(at=NOW))

    due = {"$gte": entries.AT_ONCE, "$lt": NOW, "$ne": entries.UNPLANNED}
    for kind, (messages, oldest) in measured.items():
        one = {"kind": kind, "due": due}
        assert messages == await database["tickets"].count_documents(
            {"deliveries": {"$elemMatch": one}}
        )
        assert (oldest is None) == (messages == 0)
    assert measured["card"].messages > 10
    assert measured["alert"].messages > 0
    assert measured["alert"].oldest == NOW - 9 * MINUTE
    assert len(found) == 1
    assert wasteful(found) == []


async def test_what_has_waited_until_now_is_found_by_an_index(store, plans, database):
    for number, minutes in ((7, 5), (8, 1), (9, -1)):
        until = {"$set": {"waiting_until": NOW - minutes * MINUTE}}
        await database["tickets"].update_one({"number": number}, until)

    waited, found = await plans(store.tickets.waits.over(at=NOW, limit=9))

    assert [ticket.number for ticket in waited] == [7, 8]
    assert wasteful(found) == []
    assert not await store.arrears.nothing_to_do("C1", at=NOW)


async def test_what_is_to_be_removed_is_found_with_all_that_belongs_to_it_by_indexes(
    store, plans, database
):
    closed = {"status": "closed", "closed_at": NOW - MINUTE, "source": {"channel": "C1", "ts": "1"}}
    await database["tickets"].update_one({"number": 7}, {"$set": closed})

    gone, found = await plans(store.retention.remove(closed_before=NOW, limit=10))

    assert gone == 1
    assert await database["tickets"].count_documents({"number": 7}) == 0
    assert len(found) == 2 + len(BELONGINGS) + len(TIMELINES)
    assert wasteful(found) == []


async def test_who_is_erased_is_looked_for_in_portions_in_the_order_of_an_index(store, plans):
    erasure = await store.erasures.of(await store.accounts.get(ADA.id), ())

    more, looking = await plans(store.erasures.look(erasure))
    _, next_one = await plans(store.erasures.look(erasure))
    _, erasing = await plans(store.erasures.erase(erasure, at=NOW))

    assert more
    assert wasteful(looking + next_one + erasing) == []


async def test_whom_nobody_heard_from_is_found_by_an_index(store, plans, database):
    for number, name, minutes in ((7, "waits_since", 5), (8, "closes_at", 1), (9, "closes_at", -1)):
        asked = {"waiting_for": "requester", name: NOW - minutes * MINUTE}
        await database["tickets"].update_one({"number": number}, {"$set": asked})

    waits = store.tickets.waits
    asked, found = await plans(waits.unanswered(since=NOW - 2 * MINUTE, limit=9))
    ending, more = await plans(waits.ending(at=NOW, limit=9))
    _, put_off = await plans(store.tickets.reminders.put_off(at=NOW, until=NOW + MINUTE))

    assert [[ticket.number for ticket in these] for these in (asked, ending)] == [[7], [8]]
    assert wasteful(found + more + put_off) == []


async def test_full_tickets_are_put_aside_by_indexes_which_name_them(store, plans, database):
    owes = {"deliveries.$[].due": NOW - MINUTE, "delivery.due": NOW - MINUTE}
    await database["tickets"].update_one({"number": 7}, {"$set": owes})
    await fill(database, 7, to=WHOLE)

    _, found = await plans(store.full.put_aside(at=NOW))
    named, asked = await plans(store.full.named(most=9))

    assert [ticket.number for ticket in named] == [7]
    assert wasteful(found + asked) == []


async def test_looking_for_full_tickets_reads_none_where_nothing_is_owed(store, database, recorder):
    nothing = {"$set": {"deliveries.$[].due": None}, "$unset": {"delivery.due": ""}}
    await database["tickets"].update_many({}, nothing)
    recorder.commands.clear()

    await store.full.put_aside(at=NOW)

    assert len(recorder.commands) == 2
    for name, command in recorder.commands:
        asked = {part: said for part, said in command.items() if part in ASKED[name]}
        explain = {"explain": asked, "verbosity": "executionStats"}
        told = str(await database.command(explain))
        assert set(re.findall(r"'totalDocsExamined': (\d+)", told)) == {"0"}


@pytest.mark.parametrize("kind", ["card", "receipt"])
async def test_owed_cards_and_receipts_are_claimed_and_settled_by_indexes(store, plans, kind):
    [claimed], found = await plans(store.owed.claim([kind], lease=MINUTE, doubt=AT_ONCE))
    assert wasteful(found) == []

    for outcome in (
        store.owed.begin([claimed], within=AT_ONCE, channel="C1"),
        store.owed.keep(claimed, lease=MINUTE),
        store.owed.settle(claimed, [(claimed, sent(claimed, Posted("C1", "1.1", alone=True)))]),
    ):
        _, found = await plans(outcome)
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


async def test_whoever_may_have_tickets_is_found_by_an_index(store, plans):
    staff, found = await plans(store.accounts.with_roles([Role.AGENT, Role.ADMIN]))

    assert {account.id for account in staff} == {person.id for person in PEOPLE}
    assert wasteful(found) == []


async def test_the_desks_own_people_are_found_by_an_index(store, plans):
    seen, found = await plans(store.accounts.of_slack_users(["U3", "U4", "U0NOBODY"]))

    assert {account.slack_id for account in seen} == {"U3", "U4"}
    assert wasteful(found) == []


async def test_what_is_read_again_is_found_in_indexes(store, plans, database):
    readings, found = store.readings, []
    ticket = await database["tickets"].find_one({"number": 7})
    turn, first = await plans(readings.begin(lease=MINUTE))
    live, which = await plans(readings.live(NOW - timedelta(days=1)))
    message = SlackMessage("C1", "1.000001")
    for asking in (
        readings.go_on(turn, lease=MINUTE),
        readings.add_channels(["C1"], since="1.000001"),
        readings.channels(),
        readings.completed(),
        readings.walked("C1", Walk("2.000001", "1.000001")),
        readings.read_to("C1", "2.000001"),
        readings.failed("C1", "not_in_channel"),
        readings.thread_read("C1", "1.000001", "1.000002", 1, newest="1.000002", words=1),
        readings.threads("C1", ["1.000001"]),
        readings.threads("C1", []),
        readings.made_from("C1", ["1.000001", "1.000002"]),
        readings.kept(str(ticket["_id"]), "C1"),
        readings.edits_known("C1", ["1.000001", "1.000002"]),
        readings.changed_since(["T-7", "8"], NOW, but="slack:"),
        readings.was_answered(message),
        readings.answered("C1", ["1.000001"]),
        readings.end(turn, completed=True),
    ):
        _, more = await plans(asking)
        found += more

    assert wasteful(first + which + found) == []
    assert live == {}


async def test_threads_of_tickets_that_ended_long_ago_are_not_live(store, database):
    place = {"source": {"channel": "C1", "link": ""}, "deliveries": []}
    for number, status, days in ((1, "open", 90), (2, "closed", 6), (3, "resolved", 8)):
        changed = {"status": status, "updated_at": NOW - timedelta(days=days)} | place
        changed["source"]["ts"] = f"{number}.000001"
        await database["tickets"].update_one({"number": number}, {"$set": changed})

    live = await store.readings.live(NOW - timedelta(days=7))

    assert set(live["C1"]) == {"1.000001", "2.000001"}


async def test_what_callers_may_still_ask_for_is_counted_by_its_key(store, plans):
    lot, first = await plans(store.lots.draw("account x 1", of=600, lasts=MINUTE))
    _, again = await plans(store.lots.draw("account x 1", of=600, lasts=MINUTE))

    assert wasteful(first + again) == []
    assert lot.size == 30


async def test_wrong_passwords_are_counted_by_their_key(store, plans):
    wrong, found = store.wrong_passwords, []
    for asking in (
        wrong.add("192.0.2.1", NOW, most=10, within=MINUTE),
        wrong.since(NOW - MINUTE, ["192.0.2.1", "192.0.2.1 x"]),
    ):
        _, more = await plans(asking)
        found += more

    assert wasteful(found) == []
