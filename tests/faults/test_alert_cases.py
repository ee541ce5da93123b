"""Cases 30 to 32 and 34 to 36 of what must hold: Slack's faults, freezes and clocks."""

import asyncio
from itertools import count

import pytest

from localslack import Fault
from tests.faults.blows import HISTORY, POST
from tests.faults.ledger import Ledger, alerts_in, announced, doubled_cards, misannounced

LONG = pytest.mark.faults
# Makes tickets with the middle target late.
A_DAY = 25 * 3600
BOTH = ("high", "medium")
_RUN = count()


@pytest.fixture
async def desks(world):
    """Healthy, empty, with their clocks right."""
    await world.healthy()
    await world.emptied()
    yield world
    assert world.problems() == []


@pytest.fixture
def file(desks):
    """Files so many tickets over REST, at the desks in turn."""

    async def filed(tickets, priority="high", *, pause=0.0, at=None):
        ledger, run = Ledger(), next(_RUN)
        for number in range(tickets):
            desk = desks.desks[number % len(desks.desks) if at is None else at]
            await ledger.file(lambda desk=desk: desks.caller(desk), f"{run}-{number}", priority)
            await asyncio.sleep(pause)
        assert not await ledger.breaches(desks.database)

    return filed


async def announced_once(world, tickets):
    """So many breaches are announced, each once; not even a repeat was there for a while."""
    await world.slack.until(lambda: len(set(announced(world.slack))) == tickets)
    await asyncio.sleep(world.doubt + 0.5)
    assert await misannounced(world.slack, world.database, BOTH) == []
    assert announced(world.slack, deleted=True) == []
    assert doubled_cards(world.slack) == []


def make_medium_late(world):
    for desk in world.desks:
        desk.clock_off(A_DAY)


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        pytest.param("cut", 3, id="cut"),
        pytest.param("cut", 20, id="cut-20", marks=LONG),
        pytest.param("hung", 20, id="hung-20", marks=LONG),
        pytest.param("500", 20, id="500-20", marks=LONG),
        pytest.param("fatal_error", 20, id="fatal_error-20", marks=LONG),
    ],
)
async def test_case_30_a_post_that_was_accepted_and_whose_answer_was_lost(
    desks, file, fault, times
):
    faults = {
        "cut": Fault.cut_after(),
        "hung": Fault.hang(desks.post + desks.history / 3),
        "500": Fault.after(code=500),
        "fatal_error": Fault.after("fatal_error"),
    }
    desks.slack.fail(POST, faults[fault], times=None)

    await file(times, pause=0.3)

    await announced_once(desks, times)
    await desks.slack.until(lambda: len(desks.slack.messages("#helpdesk")) >= times)


@LONG
@pytest.mark.parametrize("seconds", [2, 30])
async def test_case_31_retry_after_during_100_breaches(desks, file, seconds):
    await file(100, "medium")
    await desks.quiet()
    desks.slack.fail(POST, Fault.rate_limited(seconds))
    before = len(desks.slack.calls_of(POST))

    make_medium_late(desks)

    [refused, taken, *_] = await desks.slack.until(
        lambda: (
            len(desks.slack.calls_of(POST)) > before + 1 and desks.slack.calls_of(POST)[before:]
        ),
        seconds=seconds + 10,
    )
    assert refused.status == 429
    assert taken.at - refused.at >= seconds
    await announced_once(desks, 100)


@LONG
async def test_case_32_history_unavailable_while_a_post_is_unknown(desks, file):
    await file(1, "medium")
    await desks.quiet()
    desks.slack.fail(POST, Fault.cut_before())
    desks.slack.fail(HISTORY, Fault.error("internal_error"), times=None)
    make_medium_late(desks)
    await desks.slack.until(
        lambda: [call for call in desks.slack.calls_of(POST) if call.status == 500]
    )
    tries, reads = (len(desks.slack.calls_of(method)) for method in (POST, HISTORY))

    await asyncio.sleep(desks.lease + desks.doubt)

    assert len(desks.slack.calls_of(POST)) == tries
    assert len(desks.slack.calls_of(HISTORY)) > reads
    assert announced(desks.slack) == []
    desks.slack.heal()
    await announced_once(desks, 1)


@LONG
async def test_case_34_a_process_frozen_10_seconds_inside_the_socket_write(desks, file):
    """Slack hears of the post only when the process wakes; by then another has posted."""
    frozen, *others = desks.desks
    await file(1, "medium")
    await desks.quiet()
    for other in others:
        other.freeze()
    desks.slack.fail(POST, Fault.hang(10))
    before = len(desks.slack.calls_of(POST))
    make_medium_late(desks)
    await desks.slack.until(lambda: len(desks.slack.calls_of(POST)) > before)
    frozen.freeze()
    for other in others:
        other.thaw()

    await asyncio.sleep(10)
    frozen.thaw()

    await desks.slack.until(lambda: announced(desks.slack, deleted=True))
    await asyncio.sleep(desks.doubt)
    assert len(announced(desks.slack, deleted=True)) == 1
    assert await misannounced(desks.slack, desks.database, BOTH) == []


@LONG
@pytest.mark.parametrize("trouble", ["is_archived", "token_revoked"])
async def test_case_35_a_channel_archived_or_a_token_revoked(desks, file, trouble):
    await file(2, "medium")
    await desks.quiet()
    channel = desks.slack.helpdesk
    if trouble == "is_archived":
        channel.is_archived = True
    else:
        desks.slack.fail(POST, Fault.error(trouble), times=None)
    make_medium_late(desks)
    await desks.slack.until(
        lambda: (desks.slack.calls_of(POST)[-1].answer or {}).get("error") == trouble
    )
    await asyncio.sleep(0.5)

    details = [(await desks.caller(desk).get("/readyz")) for desk in desks.desks]
    assert any(trouble in str(answer.body) for answer in details)
    assert alerts_in(desks.slack) == []
    channel.is_archived = False
    desks.slack.heal()

    await announced_once(desks, 2)


@LONG
@pytest.mark.parametrize("hours", [1, -1])
async def test_case_36_one_processs_clock_jumps_an_hour(desks, file, hours):
    desks.desks[1].clock_off(hours * 3600)
    await file(4)
    desks.desks[1].clock_off(0)
    await file(4, at=0)
    desks.desks[1].clock_off(hours * 3600)

    await announced_once(desks, 8)
    desks.desks[1].clock_off(0)
    await asyncio.sleep(0.5)
    assert await misannounced(desks.slack, desks.database, BOTH) == []
