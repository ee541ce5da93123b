"""The living board: one message that shows what is late and what is done about it."""

import asyncio
from datetime import timedelta

import pytest

from localslack import Fault
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import impatient, live, words
from tests.conftest import LONGEST_WAIT
from tests.support.deliveries import nothing_is_owed

POST, EDIT = "chat.postMessage", "chat.update"


def boards_in(slack):
    return [
        message
        for message in slack.messages("#helpdesk")
        if (message.metadata or {}).get("event_type") == "helpdesk_board" and not message.thread_ts
    ]


def told(slack):
    """The lines of the board's thread, message by message."""
    return [reply.text.splitlines() for board in boards_in(slack) for reply in slack.thread(board)]


def lines_of(slack):
    return [line for lines in told(slack) for line in lines]


def sections(board):
    """What each section says, by its first line."""
    said = []
    for block in board.blocks:
        if block["type"] == "rich_text":
            pieces = block["elements"][0]["elements"]
            said.append("".join(piece.get("text", "") for piece in pieces).strip())
    return {part.splitlines()[0]: part.splitlines()[1:] for part in said}


@pytest.fixture
def board(slack):
    """Waits until there is one board that says so, and gives it."""

    async def found(*heads):
        def there():
            ours = boards_in(slack)
            return ours if ours and list(sections(ours[0])) == list(heads) else []

        [only] = await slack.until(there)
        return only

    return found


@pytest.fixture
async def late(slack, file, clock, board):
    """The board, with a late ticket of Ada's on it."""
    await file("VPN *is* down <!channel>")
    clock.forward(hours=4, milliseconds=1)
    return await board("Late: 1")


async def test_it_comes_with_the_first_alert_and_not_before(slack, file, clock, a_few_scans, board):
    await file()
    await a_few_scans()
    assert boards_in(slack) == []

    clock.forward(hours=5)

    shown = await board("Late: 1")
    [alert] = alerts_in(slack)
    assert float(alert.ts) < float(shown.ts)
    [line] = sections(shown)["Late: 1"]
    assert line.startswith("• T-1 VPN is down · nobody has it · since")
    assert lines_of(slack) == []


async def test_it_shows_what_is_done_about_a_ticket_and_its_thread_tells_each_change(
    slack, late, board, clock
):
    await slack.command("snooze 1 2h", by=slack.olga)
    await board("Snoozed: 1")
    # Who takes it has acknowledged it.
    await slack.command("assign 1 me", by=slack.olga)
    await slack.command("ack 1", by=slack.olga)
    await board("Acknowledged: 1")
    await slack.until(lambda: len(lines_of(slack)) >= 2)
    clock.forward(hours=2)
    await board("Late: 1")
    await slack.command("resolve 1", by=slack.olga)
    shown = await board("Nothing is late.")
    await slack.until(lambda: lines_of(slack)[-1:] == ["T-1 is resolved"])

    assert shown is late
    said = [line.partition(" until")[0] for line in lines_of(slack)]
    assert said == [
        "T-1 is snoozed by olga",
        "T-1 is acknowledged by olga",
        "T-1 is late",
        "T-1 is resolved",
    ]


async def test_a_ticket_is_soon_late_until_it_is_late_or_has_more_time(
    slack, start, store, clock, board, database
):
    async with start(soon_percent=75):
        for title in ("VPN", "Printer"):
            await slack.command(f"new high {title}", by=slack.ada)
        await nothing_is_owed(database)
        clock.forward(hours=3, milliseconds=1)
        await board("Soon late: 2")
        await slack.command("prio 2 low", by=slack.olga)
        await board("Soon late: 1")
        clock.forward(hours=1)
        await board("Late: 1")
        await slack.until(lambda: len(lines_of(slack)) >= 2)

    assert told(slack) == [["T-2 has more time"], ["T-1 is late"]]


async def test_nobody_is_rung_by_it(slack, late, board):
    await slack.command("assign 1 me", by=slack.olga)
    await slack.command("ack 1", by=slack.olga)
    shown = await board("Acknowledged: 1")
    await slack.until(lambda: lines_of(slack))

    assert "T-1 VPN *is* down <!channel> · olga" in sections(shown)["Acknowledged: 1"][0]
    for message in (shown, *slack.thread(shown)):
        assert "<@" not in words(message)
        assert "<!channel>" not in live(message)


async def test_of_many_it_names_ten_and_its_thread_too(
    slack, late, program, clock, board, database
):
    for number in range(24):
        await program.file(f"ticket {number}", priority="high")
    await nothing_is_owed(database)
    clock.forward(hours=5)
    shown = await board("Late: 25")
    await slack.until(lambda: lines_of(slack))

    lines = sections(shown)["Late: 25"]
    assert [line.split()[1] for line in lines[:10]] == [f"T-{n}" for n in range(1, 11)]
    assert lines[10:] == ["and 15 more: /ticket list breached"]
    [one] = told(slack)
    assert one == [*(f"T-{n} is late" for n in range(2, 12)), "and 14 more"]


async def test_very_many_cost_one_edit_and_one_message(
    slack, late, filed_without_cards, clock, board, a_few_scans
):
    edits = len([call for call in slack.calls_of(EDIT) if call.given["ts"] == late.ts])
    await filed_without_cards(600)
    clock.forward(hours=5)
    shown = await board("Late: 601")
    await slack.until(lambda: lines_of(slack))
    await a_few_scans(but=["cards"])

    calls = [call for call in slack.calls_of(EDIT) if call.given["ts"] == late.ts]
    assert len(calls) == edits + 1
    assert len(told(slack)) == 1
    assert lines_of(slack)[-1] == "and at least 489 more"
    assert "only the most overdue are told apart" in words(shown)

    # Who had no room before was late all the same.
    await slack.command("resolve 5", by=slack.olga)
    await slack.until(lambda: len(told(slack)) >= 2)
    assert told(slack)[1] == ["T-5 is resolved"]


async def test_there_is_one_however_many_processes_run(slack, late, start, board, a_few_scans):
    async with start(), start():
        await slack.command("ack 1", by=slack.olga)
        await board("Acknowledged: 1")
        await a_few_scans()

    assert told(slack) == [["T-1 is acknowledged by olga"]]


async def test_a_board_that_somebody_deleted_is_posted_anew(slack, late, board):
    late.deleted = True
    await slack.command("ack 1", by=slack.olga)

    shown = await board("Acknowledged: 1")

    assert shown is not late
    await slack.until(lambda: told(slack) == [["T-1 is acknowledged by olga"]])


@impatient
@pytest.mark.parametrize("fault", [Fault.cut_after(), Fault.cut_before()], ids=["after", "before"])
async def test_a_board_whose_answer_got_lost_is_looked_for_first(
    slack, file, clock, fault, board, a_few_scans
):
    await file()
    clock.forward(hours=5)
    await slack.until(lambda: alerts_in(slack))
    for old in boards_in(slack):
        old.deleted = True
    slack.fail(POST, fault)
    await slack.command("ack 1", by=slack.olga)

    await board("Acknowledged: 1")
    await a_few_scans()

    assert len(boards_in(slack)) == 1


@impatient
@pytest.mark.parametrize(
    ("fault", "times", "least", "most"),
    [
        (Fault.rate_limited(1), 2, 1, 1),
        (Fault.cut_before(), 1, 1, 1),
        (Fault.cut_after(), 9, 1, 1),
    ],
    ids=["refused", "lost", "taken and never answered"],
)
async def test_a_line_in_the_thread_is_looked_for_before_it_is_said_again(
    slack, late, board, a_few_scans, fault, times, least, most
):
    slack.fail(POST, fault, times=times)

    await slack.command("ack 1", by=slack.olga)
    await board("Acknowledged: 1")
    await slack.until(lambda: len(lines_of(slack)) >= least)
    await a_few_scans()
    await a_few_scans()

    assert least <= lines_of(slack).count("T-1 is acknowledged by olga") <= most


async def test_an_edit_that_fails_is_made_later(slack, late, board, looked, expire):
    slack.fail(EDIT, Fault.status(500), times=2)

    await slack.command("ack 1", by=slack.olga)
    for _ in range(2):
        await looked()
        await expire(held=False)

    await board("Acknowledged: 1")


async def test_where_nothing_rang_the_board_is_left_alone(slack, start, clock, database, program):
    slack.fail(POST, Fault.error("is_archived"), times=None)
    await program.file("VPN is down", priority="high")
    clock.forward(hours=5)
    await slack.until(lambda: len(slack.calls_of(POST)) > 1)

    await program.patch("/api/tickets/1", {"status": "resolved"})

    async with asyncio.timeout(LONGEST_WAIT):
        while not await database["boards"].find_one({"at_rest": True, "ts": {"$exists": False}}):
            await asyncio.sleep(0.05)


async def test_only_who_holds_the_claim_writes(store, expire):
    lease = timedelta(minutes=1)
    claims = await asyncio.gather(*(store.boards.claim("C1", lease=lease) for _ in range(10)))
    [first] = filter(None, claims)
    await expire()
    second = await store.boards.claim("C1", lease=lease)

    what = {"ts": "1.1", "shown": {}, "said": "x", "at": None, "full": False, "untold": ["T-1"]}
    assert await store.boards.shows(first, **what) is False
    assert await store.boards.about_to_post(first, within=timedelta(0)) is False
    assert await store.boards.shows(second, **what) is True
    assert await store.boards.about_to_tell(second, within=timedelta(minutes=2)) is False
    await store.boards.release(second, wait=timedelta(0))
    again = await store.boards.claim("C1", lease=lease)
    assert (again.ts, again.untold) == ("1.1", ("T-1",))
