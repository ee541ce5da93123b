"""What Slack is owed is claimed, tried and settled by indexes."""

import re

import pytest

from core.alerts.rules import AlertRules, next_ring
from core.store.delivery import entries
from core.store.delivery.changes import sent
from core.store.delivery.deliveries import Posted
from tests.store.queries.conftest import ASKED, AT_ONCE, MINUTE, NOW, wasteful
from tests.support.filled import WHOLE, fill


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
