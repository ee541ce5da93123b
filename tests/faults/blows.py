"""What is done to a desk in a round: drawn from a seed, the same for the same seed."""

import asyncio
import signal
from random import Random
from typing import NamedTuple

from localslack import Fault

# Seconds in which the blows of a round fall.
LASTS = 3.5
POST, CHAT, HISTORY = "chat.postMessage", "chat.update", "conversations.history"


class Blow(NamedTuple):
    at: float
    name: str
    desk: int
    seconds: float
    times: int


def drawn(seed, *, desks, members):
    """The blows of this round, in order."""
    random = Random(seed)
    names = [name for name in BLOWS if members > 1 or name != "the primary steps down"]
    return sorted(
        Blow(
            at=random.uniform(0, LASTS),
            name=random.choice(names),
            desk=random.randrange(desks),
            seconds=random.uniform(0, 1),
            times=random.randint(1, 4),
        )
        for _ in range(random.randint(3, 6))
    )


async def fall(world, blows):
    start = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as falling:
        for blow in blows:
            await asyncio.sleep(start + blow.at - asyncio.get_running_loop().time())
            falling.create_task(BLOWS[blow.name](world, blow))


async def _kill(world, blow):
    async with world.hands_on(blow.desk) as desk:
        await desk.kill()
        await desk.start()


async def _freeze(world, blow):
    """Longer than a lease and the time of doubt."""
    async with world.hands_on(blow.desk) as desk:
        desk.freeze()
        await asyncio.sleep(world.lease + world.doubt + blow.seconds)
        desk.thaw()


def _clock(seconds):
    async def struck(world, blow):
        world.desks[blow.desk].clock_off(seconds if blow.times % 2 else -seconds)

    return struck


def _database(number):
    async def struck(world, blow):
        async with world.hands_on("database"):
            member = await world.mongo.primary()
            await member.ended(number)
            await asyncio.sleep(blow.seconds)
            await member.running()

    return struck


async def _freeze_database(world, blow):
    async with world.hands_on("database"):
        member = await world.mongo.primary()
        member.freeze()
        await asyncio.sleep(1 + 2 * blow.seconds)
        member.thaw()


async def _step_down(world, blow):
    async with world.hands_on("database"):
        await world.mongo.step_down()


def _slack(method, fault, *, lasts=False):
    async def struck(world, blow):
        world.slack.fail(method, fault(world), times=None if lasts else blow.times)

    return struck


def _limited(world):
    """As Slack limits some apps, in less time."""
    return Fault.limited(world.history, page=15)


async def _refused_text(world, blow):
    """The ticket with this title is refused, until all is healed."""
    about = f"ticket-{blow.times}7"
    for method in (POST, CHAT):
        fault = Fault.error("invalid_blocks" if blow.times % 2 else "a_new_word", about=about)
        world.slack.fail(method, fault, times=None)


async def _refuse_sockets(world, blow):
    """For longer than an address lives that Slack gave out."""
    async with world.hands_on("sockets"):
        sockets = world.slack.sockets
        life, sockets.ticket_life = sockets.ticket_life, 0.2
        world.slack.fail("websocket", Fault.status(503), times=None)
        await sockets.close(None)
        await asyncio.sleep(0.5 + blow.seconds)
        world.slack.heal("websocket")
        sockets.ticket_life = life


def _hang(world):
    """Longer than a post may take, and shorter than Slack may take to show it."""
    return Fault.hang(world.post + world.history / 3)


BLOWS = {
    "a desk is killed": _kill,
    "a desk is killed, as often again": _kill,
    "a desk is frozen": _freeze,
    "a desk's clock is a minute off": _clock(60),
    "a desk's clock jumps an hour": _clock(3600),
    "the database is killed": _database(signal.SIGKILL),
    "the database is stopped": _database(signal.SIGTERM),
    "the database is frozen": _freeze_database,
    "the primary steps down": _step_down,
    "Slack hangs": _slack(POST, _hang),
    "Slack answers 500": _slack(POST, lambda _: Fault.status(500)),
    "Slack answers 429": _slack(POST, lambda _: Fault.rate_limited(1)),
    "Slack cuts before": _slack(POST, lambda _: Fault.cut_before()),
    "Slack cuts after": _slack(POST, lambda _: Fault.cut_after()),
    "Slack cuts after, as often again": _slack(POST, lambda _: Fault.cut_after()),
    "Slack takes it and answers fatal_error": _slack(POST, lambda _: Fault.after("fatal_error")),
    "Slack takes it and answers 500": _slack(POST, lambda _: Fault.after(code=500)),
    "edits fail": _slack(CHAT, lambda _: Fault.cut_after()),
    "the history fails": _slack(HISTORY, lambda _: Fault.status(500)),
    "the history is limited": _slack(HISTORY, _limited, lasts=True),
    "a text is refused": _refused_text,
    "WebSockets are refused": _refuse_sockets,
}
