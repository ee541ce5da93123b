"""Random histories through every door: each person hears what the table of docs/told.md says, once,
and never of what they did themselves."""

import os
from random import Random

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from tests.bot.conftest import PATIENT, card_of, words
from tests.bot.conversation.told.history import SAYS, TABLE, History
from tests.support.deliveries import nothing_is_owed

HISTORIES = 12 if os.environ.get("EXAMPLES") == "all" else 6
STEPS = 12


@pytest.fixture
def timing():
    return PATIENT | {"HELPDESK_CLOSE_WAITING_DAYS": 2}


def test_the_table_has_all_that_is_told():
    events = {event for event, _ in TABLE}
    assert SAYS.keys() <= events
    assert {cell for row in TABLE.values() for cell in row.values()} == {"message", "first", "edit"}


DOINGS = ["taken", "given", "given", "given_up", "started", "waited", "waited", "resolved"]
DOINGS += ["forgotten", "forgotten", "forgotten"]
DOINGS += [
    "resolved",
    "resolved_by_program",
    "closed",
    "reopened",
    "reopened",
    "answered",
    "judged",
]
DOINGS += ["answered", "asked_by_requester", "asked_by_requester", "asked_by_requester"]
DOINGS += ["noted", "prioritised", "repeated"]


@pytest.mark.parametrize("seed", range(HISTORIES))
async def test_everybody_hears_what_the_table_says(
    slack, program, people, database, clock, looked, seed
):
    random = Random(seed)
    hears = {name: random.choice(["all", "all", "needed", "nothing"]) for name in ("olga", "amir")}
    question = None
    if random.random() < 0.5:
        question = await slack.post("The printer burns", by=slack.ada, channel="#general")
        await slack.message_shortcut(CREATE_TICKET, question, by=slack.olga)
        await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
        # What stands in a thread, others read, too.
        hears["ada"] = "all"
    else:
        hears["ada"] = random.choice(["all", "all", "needed", "nothing"])
        await slack.command("new low The printer burns", by=slack.ada)
    for name, who in (("olga", slack.olga), ("amir", slack.amir), ("ada", slack.ada)):
        await slack.command(f"tell me {hears[name]}", by=who)
    await slack.until(lambda: card_of(slack, "T-1"))
    await nothing_is_owed(database)
    history, done = History(slack, program, random, "T-1", question, hears), []
    history.people, history.clock, history.looked = people, clock, looked
    before = {name: len(messages) for name, messages in history.messages().items()}
    for doing in random.choices(DOINGS, k=STEPS):
        clock.forward(seconds=10)
        history.new = []
        await getattr(history, doing)()
        await nothing_is_owed(database)
        done.append((doing, history.status, history.assignee))
        told = history.messages()
        counts = {name: len(messages) - before[name] for name, messages in told.items()}
        assert counts == history.heard, "\n".join(map(repr, [*done, history.hears, question]))
        for person, said in history.new:
            news = [one for one, _ in history.new if one == person]
            assert said in "".join(map(words, told[person][-len(news) :])), (said, done)
