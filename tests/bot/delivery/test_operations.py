"""How often the database is asked for what somebody does, with all that follows in Slack."""

import pytest

from tests.bot.conftest import card_of
from tests.support.deliveries import nothing_is_held

# What is asked anyway, whether anybody does anything or not.
BY_THE_CLOCK = {"full_tickets", "migrations", "readings"}
# All but a job's looks that find nothing: on a busy machine there are more of these.
DONE = {
    "appName": "helpdesk",
    "$nor": [{"command.findAndModify": {"$exists": True}, "nMatched": 0}],
}
# Of what somebody does again and again, the least is counted: a job that finds a ticket held by
# another looks again when it is let go, as on a busy machine.
TIMES = 12
AIM = {"press": 4, "patch": 4, "comment": 5, "file": 6}


@pytest.fixture
def operations(database, drained, looked_at):
    """Counts what the server did for the desk."""

    async def counted(act, shown):
        """Until it is as few as they are to be."""
        counts = []
        for time in range(TIMES):
            if AIM[act.__name__] in counts:
                break
            await looked_at()
            await database.command("profile", 2)
            try:
                await act(time)
                await shown(time)
                await drained()
                await looked_at()
            finally:
                await database.command("profile", 0)
            asked = await database["system.profile"].find(DONE).to_list()
            await database["system.profile"].drop()
            asked_of = [one["ns"].split(".")[-1] for one in asked]
            counts.append(sum(one not in BY_THE_CLOCK for one in asked_of))
        return min(counts)

    return counted


@pytest.fixture
def looked_at(database, jobs):
    """Waits until nothing is held and no job is looking."""

    async def done():
        await nothing_is_held(database)
        for job in jobs:
            await job.ended()

    return done


async def test_what_people_do_asks_the_database_a_few_times(slack, start, program, operations):
    async with start(scan_seconds=600):
        for number in range(TIMES):
            await program.file(f"VPN {number}", priority="high")
            await slack.until(lambda number=number: card_of(slack, f"T-{number + 1}"))

        def card(time):
            return card_of(slack, f"T-{time + 1}")

        async def press(time):
            await slack.click(card(time), "claim", by=slack.olga)

        async def patch(time):
            await program.patch(f"/api/tickets/{time + 1}", {"priority": "low"})

        async def comment(time):
            await slack.command(f"comment {time + 1} Seen", by=slack.olga)

        async def file(time):
            await slack.command(f"new low Printer {time}", by=slack.ada)

        def until(what):
            return lambda time: slack.until(lambda: what(time))

        counts = {
            "press": await operations(
                press, until(lambda time: "U0OLGA" in str(card(time).blocks))
            ),
            "patch": await operations(patch, until(lambda time: "low" in str(card(time).blocks))),
            "comment": await operations(
                comment, until(lambda time: "1 comment" in str(card(time).blocks))
            ),
            "file": await operations(file, until(lambda time: card(TIMES + time))),
        }
    # Of a comment, the line under its ticket's card is two.
    assert counts == AIM
