"""What a ticket owes, as its document says."""

import asyncio

from core.store.delivery.entries import AT_ONCE


async def owed(database, kind, number=1):
    """Of a kind: what is to come, or what is there; None if there is nothing."""
    ticket = await database["tickets"].find_one({"number": number})
    of_kind = [one for one in ticket["deliveries"] if one["kind"] == kind]
    return min(of_kind, key=lambda one: bool(one.get("ts")), default=None)


async def change(database, kind, **fields):
    """Every ticket's of a kind."""
    change = {f"deliveries.$[one].{field}": value for field, value in fields.items()}
    await database["tickets"].update_many(
        {"deliveries.kind": kind}, {"$set": change}, array_filters=[{"one.kind": kind}]
    )


def such(kind, **fields):
    """The filter for tickets that nobody holds and that owe one of these."""
    return {
        "deliveries": {"$elemMatch": {"kind": kind} | fields},
        "delivery.lease": {"$exists": False},
    }


async def nothing_is_held(database):
    """Waits until no process is about to settle something: it holds the ticket, alert and all."""
    await _none(database, {"delivery.lease": {"$exists": True}})


async def nothing_is_owed(database):
    """Waits until all that is owed at once is there, and settled."""
    await _none(database, {"deliveries.due": AT_ONCE})
    await nothing_is_held(database)


async def nothing_is_planned(database):
    """Waits until all that rang has been looked at again, and nothing follows."""
    planned = {"kind": "alert", "due": {"$ne": None}}
    await _none(database, {"deliveries": {"$elemMatch": planned}})


async def _none(database, which):
    async with asyncio.timeout(60):
        while await database["tickets"].find_one(which):
            await asyncio.sleep(0.01)
