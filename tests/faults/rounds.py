"""One round: people file and comment while blows fall; afterwards the books are compared."""

import asyncio
from contextlib import suppress
from random import Random

from pymongo.errors import PyMongoError

from tests.faults.blows import LASTS, drawn, fall
from tests.faults.ledger import Ledger, alerts_in, announced, doubled_cards, misannounced
from tests.support.filled import WHOLE, fill

AT_ONCE = 8
# Of ten tickets so many come by a command and by a form, and so many have a long time.
BY_COMMAND, BY_FORM, LONG = 2, 1, 1
# The title of the ticket that somebody fills.
FULL = "full"


class Outcome:
    def __init__(self, seed, blows, ledger, wrong, world):
        self.seed = seed
        self.blows = blows
        self.wrong = wrong
        self.acknowledged = ledger.acknowledged
        self.breaches = len(set(announced(world.slack)))
        self.messages = len(alerts_in(world.slack))
        self.swept = len(announced(world.slack, deleted=True))
        self.stalled = world.stalled

    def __repr__(self):
        falls = [f"  {b.at:.2f} s: {b.name} ({b.desk}, {b.times})" for b in self.blows]
        told = (
            f"seed {self.seed}: {self.acknowledged} acknowledged, {self.breaches} announced "
            f"in {self.messages} messages, {self.swept} repeats swept, "
            f"Slack stalled {self.stalled:.2f} s"
        )
        return "\n".join([told, *falls, *(f"  WRONG: {each}" for each in self.wrong)])


async def play(world, seed, *, tickets):
    """Plays the round of this seed and compares; what is wrong is in its outcome."""
    await world.healthy()
    await world.emptied()
    blows = drawn(seed, desks=len(world.desks), members=len(world.mongo.members))
    ledger = Ledger()
    async with asyncio.TaskGroup() as going:
        going.create_task(fall(world, blows))
        going.create_task(_people(world, ledger, Random(seed), tickets))
        going.create_task(_one_is_filled(world, ledger, Random(seed)))
    await world.healthy()
    world.all_late()
    wrong = []
    try:
        await world.quiet()
    except TimeoutError:
        owed = await world.database["tickets"].find_one(world.owed)
        wrong.append(f"Slack is still owed something after a minute: {owed}")
    await _settled(world, {"title": FULL})
    # A desk that was frozen may have been about to post; what it repeats is swept.
    await asyncio.sleep(0.5)
    if len(announced(world.slack)) > len(set(announced(world.slack))):
        await asyncio.sleep(world.lease + 2 * world.history + 1)
    wrong += await ledger.breaches(world.database)
    wrong += await misannounced(world.slack, world.database)
    if not any("frozen" in blow.name for blow in blows):
        wrong += [
            f"{alert} was repeated, and swept" for alert in announced(world.slack, deleted=True)
        ]
    wrong += doubled_cards(world.slack)
    wrong += world.problems()
    return Outcome(seed, blows, ledger, wrong, world)


async def _people(world, ledger, random, tickets):
    """Some at once, who file their share while the blows fall."""
    numbers = iter(range(tickets))
    pause = LASTS * AT_ONCE / tickets
    seeds = [random.random() for _ in range(AT_ONCE)]
    await asyncio.gather(*(_person(world, ledger, Random(seed), numbers, pause) for seed in seeds))


async def _one_is_filled(world, ledger, random):
    """Before it is late, to nearly the last byte, as earlier states of the desk let people do."""
    await asyncio.sleep(random.uniform(0, LASTS))
    await ledger.file(lambda: world.caller(random.choice(world.desks)), FULL, "high")
    to = WHOLE - random.choice([0, 20, 60, 200])
    while True:
        # Refused also where a desk wrote to it meanwhile.
        with suppress(PyMongoError):
            full = await world.database["tickets"].find_one({"title": FULL}, {"number": 1})
            return await fill(world.database, full["number"], to=to)


async def _settled(world, full, seconds=60):
    """Returns when the full ticket was announced, or is named as full."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                document = await world.database["tickets"].find_one(full, {"alert": 1})
                named = await world.database["full_tickets"].find_one({"_id": document["_id"]})
                if named or document["alert"]["announced"]:
                    return
                await asyncio.sleep(0.1)


async def _person(world, ledger, random, numbers, pause):
    def caller():
        return world.caller(random.choice(world.desks))

    loop = asyncio.get_running_loop()
    for number in numbers:
        until = loop.time() + random.uniform(0.2, 1.6) * pause
        await _file(world, ledger, caller, number)
        await asyncio.sleep(until - loop.time())


async def _file(world, ledger, caller, number):
    kind = number % 10
    if kind < BY_COMMAND:
        await ledger.command(world.slack, f"command-{number}", world.slack.ada)
    elif kind < BY_COMMAND + BY_FORM:
        await ledger.form(world.slack, f"form-{number}", world.slack.ben)
    else:
        priority = "low" if kind < BY_COMMAND + BY_FORM + LONG else "high"
        ticket = await ledger.file(caller, f"ticket-{number}", priority)
        if number % 3 == 0:
            await ledger.comment(caller, ticket, f"words {number}")
