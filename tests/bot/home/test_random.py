"""Whatever was done to tickets: each list of the Home tab has those that it should, in order."""

import random
from contextlib import suppress

import pytest

from core.errors import DeskError
from core.people.accounts import Role, Via
from core.tickets import Changes, NewTicket, Priority, Status
from core.tickets.finding.home import HomeList

CHANGES, LOOKS = 1000, 5
UNFINISHED = {"open", "in_progress", "waiting"}


@pytest.fixture
async def cast(desk):
    """Who acts, by name."""
    roles = {"ada": Role.USER, "ben": Role.USER, "olga": Role.AGENT, "amir": Role.ADMIN}
    accounts = {
        name: await desk.people.slack_user(f"U0{name.upper()}", name=name) for name in roles
    }
    return {
        name: accounts[name].acting(Via.SLACK)._replace(role=role) for name, role in roles.items()
    }


async def something(desk, cast, chance, tickets):
    """What somebody might do next, allowed or not."""
    by = cast[chance.choice(list(cast))]
    if not tickets or chance.random() < 0.15:
        new = NewTicket(title=f"Ticket {len(tickets)}", priority=chance.choice(list(Priority)))
        tickets.append((await desk.open_ticket(new, by=by)).ticket.id)
        return
    ticket = chance.choice(tickets)
    match chance.choice(["status", "status", "status", "claim", "assign", "priority", "title"]):
        case "status":
            await desk.change_ticket(ticket, Changes(status=chance.choice(list(Status))), by=by)
        case "claim":
            await desk.claim(ticket, by=by)
        case "assign":
            whom = chance.choice([None, cast["olga"].id, cast["amir"].id])
            await desk.change_ticket(ticket, Changes(assignee=whom), by=by)
        case "priority":
            changes = Changes(priority=chance.choice(list(Priority)))
            await desk.change_ticket(ticket, changes, by=by)
        case "title":
            await desk.change_ticket(ticket, Changes(title=f"T {chance.random()}"), by=by)


async def expected(database, which, who, now):
    """The numbers, read off the documents one by one."""
    everything = await database["tickets"].find().to_list()
    mine = [one for one in everything if one["requester"]["_id"] == who]
    has = [one for one in everything if (one["assignee"] or {}).get("_id") == who]
    nobodys = [one for one in everything if one["assignee"] is None]
    about = {"requests": mine, "queue": has, "unassigned": nobodys}.get(which, everything)
    runs = [one for one in about if "breaches_at" in one and one["status"] in UNFINISHED]
    runs.sort(key=lambda one: (one["breaches_at"], one["number"]))
    waits = [one for one in about if "breaches_at" not in one and one["status"] == "waiting"]
    done = [one for one in about if one["status"] not in UNFINISHED]
    for newest_first in (waits, done):
        newest_first.sort(key=lambda one: -one["number"])
    found = {
        "requests": runs + waits + done,
        "queue": runs + waits,
        "unassigned": runs + waits,
        "late": [one for one in runs if one["breaches_at"] < now],
        "waiting": [one for one in runs if one["status"] == "waiting"] + waits,
    }[which]
    return [one["number"] for one in found]


async def everything_in(tab):
    """Page by page."""
    numbers = list(tab.numbers)
    while "Later" in tab.turns:
        await tab.turn("later")
        numbers += tab.numbers
    return numbers


async def test_lists_are_right_after_whatever_was_done(slack, tab, desk, cast, database, clock):
    chance, tickets = random.Random(5), []
    ada, olga = await tab(slack.ada), await tab(slack.olga)

    for turn in range(LOOKS):
        for _ in range(CHANGES // LOOKS):
            with suppress(DeskError):
                await something(desk, cast, chance, tickets)
        clock.forward(hours=chance.randrange(1, 12))
        await ada.open()
        whose = await database["accounts"].find_one({"slack_id": "U0ADA"})
        right = await expected(database, "requests", whose["_id"], clock.now)
        assert await everything_in(ada) == right
        whose = await database["accounts"].find_one({"slack_id": "U0OLGA"})
        for which in HomeList:
            await olga.go(which.value)
            right = await expected(database, which.value, whose["_id"], clock.now)
            assert await everything_in(olga) == right, (turn, which)
