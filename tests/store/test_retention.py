"""A ticket that goes takes all of its own along, wherever that is broken off."""

import pytest
from bson import ObjectId

from core.errors import Unavailable
from core.people.accounts import Actor, Role, Via
from core.store.tickets.retention import RetentionStore
from core.tickets import Changes, NewTicket, Status

OLGA = Actor(str(ObjectId()), "Olga", Role.AGENT, Via.REST)


async def closed_ticket(desk):
    filed = await desk.open_ticket(NewTicket(title="VPN"), by=OLGA)
    await desk.change_ticket(filed.ticket.id, Changes(status=Status.CLOSED), by=OLGA)
    return ObjectId(filed.ticket.id)


async def left(database):
    names = ("tickets", "timelines", "removals")
    return {name: await database[name].count_documents({}) for name in names}


@pytest.mark.parametrize("step", ["_take", "clear"])
async def test_what_was_broken_off_is_gone_on_with(store, desk, database, clock, monkeypatch, step):
    id = await closed_ticket(desk)
    await database["timelines"].insert_one({"ticket": id})
    real = getattr(RetentionStore, step)

    async def broken(self, *more):
        if step == "_take":
            await real(self, *more)
        raise Unavailable

    clock.forward(days=1)
    with monkeypatch.context() as patched:
        patched.setattr(RetentionStore, step, broken)
        with pytest.raises(Unavailable):
            await store.retention.remove(closed_before=clock(), limit=9)
    assert await left(database) == {"tickets": 0, "timelines": 1, "removals": 1}

    # As a desk does that is to remove nothing any more, too.
    await store.retention.clear()

    assert await left(database) == {"tickets": 0, "timelines": 0, "removals": 0}


async def test_who_reopens_one_that_is_about_to_go_keeps_it_whole(
    store, desk, database, clock, monkeypatch
):
    id = await closed_ticket(desk)
    await database["timelines"].insert_one({"ticket": id})
    take = RetentionStore._take

    async def late(self, tickets, which):
        await desk.change_ticket(str(id), Changes(status=Status.OPEN), by=OLGA)
        return await take(self, tickets, which)

    clock.forward(days=1)
    monkeypatch.setattr(RetentionStore, "_take", late)
    for _ in range(2):
        assert await store.retention.remove(closed_before=clock(), limit=9) == 0

    assert await left(database) == {"tickets": 1, "timelines": 1, "removals": 1}
