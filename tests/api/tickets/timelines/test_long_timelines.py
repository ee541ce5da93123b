"""Tickets that were changed very often: their older history lies elsewhere, and nobody notices."""

from collections import Counter
from datetime import timedelta

import pytest

from core.desk import Desk
from core.people.accounts import Role
from core.sla.history import MOST_PAUSES
from core.store.projections import LONG
from core.tickets import Changes
from tests.api.tickets.timelines.conftest import TICKET, whole
from tests.conftest import SLA
from tests.support.filled import WHOLE, fill


async def test_what_is_oldest_moves_and_the_timeline_is_read_as_before(
    ada, olga, filed, grow, parts, store
):
    await grow(3000)
    all, theirs = await whole(olga), await whole(ada)

    assert await store.tickets.timelines.move(filed["_id"])
    kept, older = await parts()

    assert len(older) > 1
    assert 0 < kept < 1000
    assert kept + sum(older) == 3001
    assert await whole(olga, limit=97) == all
    assert await whole(ada, limit=97) == theirs
    assert {one["what"] for one in theirs} == {"created", "changed", "commented"}
    assert {one["token"] for one in theirs} == {None}
    assert not await store.tickets.timelines.move(filed["_id"])


@pytest.mark.parametrize("name", ["ada", "olga"])
async def test_pages_at_every_seam_are_those_of_the_whole(name, filed, grow, parts, store, request):
    caller = request.getfixturevalue(name)
    await grow(3000)
    all = await whole(caller)
    await store.tickets.timelines.move(filed["_id"])
    timelines, seams, passed = store.tickets.timelines, [0], 0
    _, older = await parts()
    public = name == "ada"
    document = await store._database["tickets"].find_one()
    for one in document["timelines"]:
        passed += one["public" if public else "entries"]
        seams.append(passed)

    for seam in seams:
        for start in range(max(seam - 2, 0), seam + 3):
            for limit in (1, 2, 5):
                _, page = await timelines.page("1", start=start, limit=limit, internal=not public)
                told = [one.at.isoformat(timespec="milliseconds")[:23] for one in page]
                assert told == [one["at"][:23] for one in all[start : start + limit]]
    assert len(older) == len(seams) - 1
    _, beyond = await timelines.page("1", start=10**6, limit=5, internal=not public)
    assert beyond == []


@pytest.fixture
async def retitled(desk, acting, olga):
    """Olga changes its title, with a key: the title then, and whether that was done before."""
    by = await acting(olga)

    async def done(title, key):
        changed = await desk.change_ticket("1", Changes(title=title), by=by, key=key)
        return changed.ticket.title, changed.repeated

    return done


async def test_a_key_is_known_wherever_its_change_lies(retitled, filed, grow, parts, store):
    for title in ("one", "two", "three"):
        assert await retitled(title, title) == (title, False)
    await grow(3000)
    await store.tickets.timelines.move(filed["_id"])
    assert len((await parts())[1]) > 1

    again = [await retitled("four", key) for key in ("one", "two", "three")]
    same = await retitled("three", "one")
    others = [await retitled("five", "five"), await retitled("six", "five")]

    assert again == 3 * [("three", True)]
    assert same == ("three", True)
    assert others == [("five", False), ("five", True)]


async def test_a_key_is_known_of_what_moves_between_reading_and_writing(
    retitled, filed, grow, store, database
):
    """Whoever writes has looked for it in what was moved when the ticket was read."""
    await retitled("one", "once")
    await grow(2000)
    read, timelines, tickets = (
        await store.tickets.get("1"),
        store.tickets.timelines,
        database["tickets"],
    )
    once, never = await timelines.lack("once", read), await timelines.lack("never", read)
    assert await tickets.count_documents(once) == 0
    assert await tickets.count_documents(never) == 1

    await timelines.move(filed["_id"])

    assert "once" not in str((await tickets.find_one())["timeline"])
    assert await tickets.count_documents(once) == 0
    assert await tickets.count_documents(never) == 0
    assert await timelines.lack("once", await store.tickets.get("1")) is None
    assert await timelines.was_changed_with("once", filed["_id"])
    assert not await timelines.was_changed_with("never", filed["_id"])


async def test_a_conflict_names_what_clashes_wherever_its_changes_lie(
    olga, filed, grow, parts, store
):
    await olga.patch(TICKET, {"title": "one"})
    seen = (await olga.get(TICKET)).body["version"]
    await olga.patch(TICKET, {"title": "two"})
    await grow(3000, what=("snoozed",))
    await olga.patch(TICKET, {"priority": "low"})
    asked = [
        {"title": "mine", "description": "mine", "version": seen},
        {"title": "mine", "version": seen + 1},
        {"title": "one", "version": seen},
        {"priority": "medium", "title": "mine", "version": seen},
        {"priority": "medium", "version": seen + 2000},
    ]
    before = [await olga.patch(TICKET, one) for one in asked]
    await store.tickets.timelines.move(filed["_id"])
    assert len((await parts())[1]) > 1

    after = [await olga.patch(TICKET, one) for one in asked]

    assert {answer.status for answer in before + after} == {409}
    fields = [sorted(answer.body["fields"]) for answer in after]
    assert fields == [["title"], [], [], ["priority", "title"], ["priority"]]
    assert fields == [sorted(answer.body["fields"]) for answer in before]


async def test_who_filed_it_is_known_still(ada, olga, filed, grow, store):
    await grow(2000)
    before = await store.tickets.get("1")
    await store.tickets.timelines.move(filed["_id"])

    after = await store.tickets.get("1")

    assert after.filed_by == before.filed_by
    assert after.filed_by.name == "Ada"
    assert (before.timeline_is_long, after.timeline_is_long) == (True, False)


async def test_what_was_changed_lately_is_known_wherever_it_lies(filed, grow, store, clock):
    entries = await grow(2000, what=("changed",), more=lambda n: {"key": f"rest:{n}"})
    asking = store.readings.changed_since
    old, last = entries[10]["at"], entries[-1]["at"]
    moment = timedelta(milliseconds=1)
    asked = [(old, "x"), (last, "x"), (last + moment, "x"), (old, "rest:")]
    before = [await asking(["1"], at, but=but) for at, but in asked]
    await store.tickets.timelines.move(filed["_id"])

    assert [await asking(["1"], at, but=but) for at, but in asked] == before
    assert before == [True, True, False, False]
    # Also where nothing of it is in the ticket's own document.
    await store._database["tickets"].update_one({}, {"$set": {"timeline": []}})
    assert await asking(["1"], old, but="x")


async def test_a_hundred_thousand_changes_leave_a_ticket_as_it_was(
    ada, olga, acting, desk, filed, grow, parts, store, database
):
    added = 0
    while added < 100_000:
        await grow(5_000, wide=1)
        added += 5_000
        await store.tickets.timelines.move(filed["_id"])
    kept, older = await parts()
    assert kept + sum(older) == 100_001
    size = [{"$project": {"size": {"$bsonSize": "$$ROOT"}}}]
    [row] = await (await database["tickets"].aggregate(size)).to_list()
    assert row["size"] < 2 * LONG

    working = await olga.patch(TICKET, {"status": "waiting"})
    going_on = await olga.patch(TICKET, {"status": "in_progress"})
    _, explained = await desk.sla_status("1", by=await acting(olga))
    resolved = await olga.patch(TICKET, {"status": "resolved"})
    comment = await ada.post(f"{TICKET}/comments", {"message": "thanks"})
    listed = await olga.get("/api/tickets?status=resolved")
    found = await olga.get("/api/tickets?q=server")

    assert [one.status for one in (working, going_on, resolved)] == 3 * [200]
    assert len(explained.spans) <= 2 * MOST_PAUSES + 2
    assert comment.status == 201
    assert [one["number"] for one in listed.body["items"]] == [1]
    assert [one["number"] for one in found.body["items"]] == [1]
    entries, theirs = await whole(olga), await whole(ada)
    assert len(entries) == 100_001 + 4
    assert entries[0]["what"] == "created"
    whats = Counter(one["what"] for one in entries)
    assert len(theirs) == sum(whats[one] for one in ("created", "changed", "commented"))


async def test_a_ticket_that_its_history_filled_makes_room_for_what_was_refused(
    ada, olga, filed, grow, parts, database
):
    """As versions left it that moved nothing: each of these was refused before."""
    words = {"title": {"old": "x" * 5_000, "new": "x" * 5_000}}
    changes = [
        (lambda: olga.patch(TICKET, {"status": "resolved"}), 200),
        (lambda: ada.post(f"{TICKET}/comments", {"message": "hello"}), 201),
        (lambda: olga.patch(TICKET, {"title": "Anew", "status": "open"}), 200),
        (lambda: olga.post(f"{TICKET}/acknowledge"), 200),
    ]
    for ask, status in changes:
        before = len((await parts())[1])
        await grow(1400, what=("changed",), more=lambda n: {"changes": words})
        await fill(database, 1, to=WHOLE)

        answer = await ask()

        assert answer.status == status, answer
        assert len((await parts())[1]) > before
        await database["tickets"].update_one({}, {"$unset": {"padding": ""}})


async def test_a_long_timeline_is_told_of_by_whatever_changes_the_ticket(
    store, people, clock, serve, caller, session, database, filed, grow
):
    told = []
    desk = Desk(store.tickets, people, SLA, clock, changed=lambda ticket, by: told.append(ticket))
    url = await serve(desk)
    amir = await caller("Amir", Role.AGENT)
    amir.url = url
    await amir.patch(TICKET, {"title": "short"})
    await grow(2000)

    await amir.patch(TICKET, {"title": "long"})
    await amir.post(f"{TICKET}/comments", {"message": "hello"})
    await store.tickets.timelines.move(filed["_id"])
    await amir.patch(TICKET, {"title": "short"})

    assert [ticket.timeline_is_long for ticket in told] == [False, True, True, False]
