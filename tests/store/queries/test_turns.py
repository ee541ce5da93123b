"""What processes take in turns, and what they do of their own accord, is found by an index."""

from datetime import timedelta

from core.store.readings import Walk
from core.store.tickets.belongings import BELONGINGS
from core.tickets import SlackMessage
from tests.store.queries.conftest import ADA, ASKED, AT_ONCE, MINUTE, NOW, wasteful


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
    assert len(found) == 6 + len(BELONGINGS)
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
