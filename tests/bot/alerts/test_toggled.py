"""A ticket that a program changes to and fro all day."""

import asyncio
from datetime import timedelta

from core.store.projections import LONG
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.test_data_model import assert_the_page_tells_of_all
from tests.conftest import LONGEST_WAIT

TOGGLES = 240
TICKET = "/api/tickets/1"


async def moved(database):
    """Its document, once what is long of it lies elsewhere."""
    bytes = {"$bsonSize": {"timeline": "$timeline"}}
    async with asyncio.timeout(LONGEST_WAIT):
        while True:
            found = await database["tickets"].find_one({"$expr": {"$lte": [bytes, LONG]}})
            if found and found.get("timelines"):
                return found
            await asyncio.sleep(0.05)


async def test_it_is_announced_explained_resolved_and_read_whole(
    slack, file, clock, program, database
):
    card = await file("Flapping", priority="high")
    for n in range(TOGGLES):
        status = "in_progress" if n % 2 else "waiting"
        # Long, so that its history is so after fewer of them.
        title = f"Flapping {n:03} {'x' * 180}"
        answer = await program.patch(TICKET, {"status": status, "title": title})
        assert answer.status == 200, answer
        clock.now += timedelta(milliseconds=100)

    document = await moved(database)
    clock.forward(hours=5)
    [alert] = await slack.until(lambda: alerts_in(slack))
    why = await slack.command("why 1", by=slack.olga)
    resolved = await slack.command("resolve 1", by=slack.olga)
    await slack.until(lambda: "resolved" in card.text)
    listed = await program.get("/api/tickets?status=resolved")
    items, cursor = [], ""
    while cursor is not None:
        page = (await program.get(f"{TICKET}/timeline?limit=100{cursor}")).body
        items += page["items"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"

    assert "*T-1 was late* and is resolved: Flapping" in alert.text
    assert "T-1" in why.text
    assert "is resolved" in resolved.text
    assert [one["number"] for one in listed.body["items"]] == [1]
    changes = [one["changes"]["status"]["new"] for one in items if one["what"] == "changed"]
    assert changes == [*["waiting", "in_progress"] * (TOGGLES // 2), "resolved"]
    assert items[0]["what"] == "created"
    assert await database["timelines"].count_documents({}) == len(document["timelines"]) > 0
    await assert_the_page_tells_of_all(database)
