"""Lists, words and reports are answered from an index, in the index's order."""

from datetime import timedelta
from itertools import product

import pytest
from bson import ObjectId

from core.store import linked
from core.tickets import Priority, Status
from core.tickets.finding.home import HomeList, parts
from core.tickets.finding.query import Cursor, TicketQuery
from tests.store.queries.conftest import ADA, MINUTE, NOW, OLGA, PEOPLE, said, wasteful

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


ORDERS = {
    "newest": {},
    "breached": {"breached_at": NOW},
    "clock runs": {"clock_runs": True},
    "clock stands still": {"clock_runs": False},
    "changes": {"updated_since": NOW - timedelta(days=2)},
    "soon": {"soon_at": NOW},
}


@pytest.mark.parametrize("order", ORDERS)
async def test_what_is_of_two_accounts_that_are_one_is_read_and_counted_so(
    store, plans, database, monkeypatch, order
):
    monkeypatch.setattr(linked, "_LINKS", {})
    for one, other in ((ADA, PEOPLE[2]), (OLGA, PEOPLE[3])):
        linked.know({"_id": ObjectId(one.id), "linked_from": ObjectId(other.id)})
    if order == "soon":
        latest = {"kind": "soon", "due": NOW, "at": NOW}
        await database["tickets"].update_many({}, {"$set": {"alert.latest": latest}})
    slow, seen = [], set()

    for filters in FILTERS:
        question = TicketQuery(**ORDERS[order], **filters)
        page, found = await plans(store.tickets.lists.page(question, limit=21))
        if question.clock_runs is not None:
            found += (await plans(store.tickets.lists.count(question, most=100)))[1]
        # What concerns them is read from four places of the indexes: where those are few tickets,
        # as the other's are until they are rewritten, MongoDB may sort them all the same.
        allowed = {"SORT"} if "concerning" in filters else set()
        slow += [(said(filters), plan) for plan in wasteful([one - allowed for one in found])]
        if "requester" in filters:
            seen |= {ticket.requester.id for ticket in page}

    assert slow == []
    assert seen == {ADA.id} or order == "soon"
    _, found = await plans(store.tickets.search.numbered(4, requester=ADA.id, most=1000))
    assert wasteful(found) == []


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


async def test_whole_tickets_are_read_in_the_order_of_an_index(store, plans):
    tickets, found = await plans(store.tickets.lists.whole(after=250, limit=100))

    assert [one.ticket.number for one in tickets] == list(range(251, 351))
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
