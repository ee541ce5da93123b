"""What rings is claimed by one process, which has it for that alert alone and only for a while."""

from datetime import timedelta

import pytest

from core.people.accounts import Role, Via
from core.store.delivery.deliveries import Posted
from core.store.delivery.entries import UNPLANNED
from core.tickets import Changes, NewTicket, Priority
from core.tickets.room import CHANGES


@pytest.fixture
def claimed(store, clock):
    """What rings now, as a process claims it: the claim, and its groups."""

    async def done():
        lease, doubt = timedelta(seconds=20), timedelta(seconds=10)
        claim = await store.alerts.claim(at=clock(), lease=lease, doubt=doubt)
        return claim, await store.alerts.groups(claim)

    return done


@pytest.fixture
async def agent(desk):
    by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    return by._replace(role=Role.AGENT)


async def test_of_very_many_only_the_most_overdue_are_fetched(store, desk, clock, claimed):
    by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    for number in range(5):
        new = NewTicket(title=f"VPN {number}", priority=Priority.HIGH)
        await desk.open_ticket(new, by=by._replace(role=Role.AGENT))
        clock.forward(minutes=1)
    clock.forward(hours=5)

    claim, [group] = await claimed()
    lease = timedelta(seconds=20)
    first = await store.alerts.some(claim, group, lease=lease, most=2)
    await store.owed.rang(first, Posted("C", "1.0", alone=False), at=clock())
    more = await store.alerts.some(claim, group, lease=lease, most=2)

    assert group.size == 5
    assert [delivery.ticket.number for delivery in [*first, *more]] == [1, 2, 3, 4]


async def test_a_ticket_that_gets_more_time_after_the_claim_is_not_announced(
    store, desk, clock, agent, claimed
):
    await desk.open_ticket(NewTicket(title="VPN", priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    claim, [group] = await claimed()
    lease, post = timedelta(seconds=20), timedelta(seconds=10)
    some = await store.alerts.some(claim, group, lease=lease, most=9)

    await desk.change_ticket("1", Changes(priority=Priority.LOW), by=agent)

    assert len(some) == 1
    assert await store.owed.begin(some, within=post, channel="C1") == []


async def test_a_lease_is_for_the_alert_that_was_claimed(
    store, desk, clock, agent, claimed, database
):
    for title in ("VPN", "Printer"):
        await desk.open_ticket(NewTicket(title=title, priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    claim, [group] = await claimed()
    lease, post = timedelta(seconds=20), timedelta(seconds=10)
    vpn, printer = await store.alerts.some(claim, group, lease=lease, most=9)
    await store.owed.begin([printer], within=post, channel="C1")
    assert await store.alerts.claim(at=clock(), lease=lease, doubt=timedelta()) is None

    for number in ("1", "2"):
        await desk.change_ticket(number, Changes(priority=Priority.LOW), by=agent)
    clock.forward(hours=44)

    again, [group] = await claimed()
    [vpn] = await store.alerts.some(again, group, lease=lease, most=9)
    assert vpn.ticket.number == 1
    # What is under way is not taken from whoever posts it: only its outcome tells what rang.
    await store.owed.rang([printer], Posted("C1", "1.1", alone=True), at=clock())
    again, [group] = await claimed()
    [printer] = await store.alerts.some(again, group, lease=lease, most=9)
    assert printer.ticket.number == 2
    ticket = await database["tickets"].find_one({"number": 2})
    assert [one["ts"] for one in ticket["deliveries"] if one.get("ts")] == ["1.1"]


async def test_what_follows_is_planned_though_somebody_decided_before_it_rang(
    store, desk, clock, agent, claimed, database
):
    await desk.open_ticket(NewTicket(title="VPN", priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    read = await store.tickets.get("1")
    decided, entry = read.changed({"title": "VPN is down"}, by=agent, at=clock(), sla=desk.sla)
    decided = desk.rules.planned(decided, at=clock())
    claim, [group] = await claimed()
    lease = timedelta(seconds=20)
    some = await store.alerts.some(claim, group, lease=lease, most=9)
    some = await store.owed.begin(some, within=timedelta(seconds=10), channel="C1")
    await store.owed.rang(some, Posted("C1", "1.1", alone=True), at=clock())

    # Reckoned as if it had not rung.
    assert await store.tickets.save(
        read, decided, entry, key=None, comments_too=False, room=CHANGES
    )

    ticket = await database["tickets"].find_one({})
    [planned] = [one for one in ticket["deliveries"] if one["kind"] == "alert" and "ts" not in one]
    assert planned["due"] == UNPLANNED


async def test_a_lease_for_an_alert_that_is_planned_no_more_is_no_lease_for_a_card(
    store, desk, clock, agent, claimed
):
    await desk.open_ticket(NewTicket(title="VPN", priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    await claimed()
    await desk.change_ticket("1", Changes(priority=Priority.LOW), by=agent)

    long = {"lease": timedelta(seconds=20), "doubt": timedelta(0)}
    [card] = await store.owed.claim(["alert", "card"], **long)

    assert card.kind == "card"
    assert await store.owed.claim(["alert", "card"], **long) == []
    assert await store.alerts.claim(at=clock(), **long) is None


async def test_the_wait_of_a_refused_alert_is_not_that_of_the_next(
    store, desk, clock, agent, claimed
):
    await desk.open_ticket(NewTicket(title="VPN", priority=Priority.HIGH), by=agent)
    clock.forward(hours=5)
    claim, [group] = await claimed()
    lease, wait = timedelta(seconds=20), timedelta(minutes=10)
    some = await store.alerts.some(claim, group, lease=lease, most=9)
    await store.owed.begin(some, within=timedelta(seconds=10), channel="C1")
    await store.owed.put_off(some, wait=wait, refused=True)
    assert await store.alerts.claim(at=clock(), lease=lease, doubt=timedelta()) is None

    await desk.change_ticket("1", Changes(priority=Priority.LOW), by=agent)
    clock.forward(hours=44)

    assert await store.alerts.claim(at=clock(), lease=lease, doubt=timedelta())
