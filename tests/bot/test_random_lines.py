"""Lines from a grammar of verbs, tickets, blanks, marks, tokens and noise: no line goes wrong,
loses a word, or does what another verb does."""

import json
import os
from dataclasses import replace
from html import unescape
from random import Random

import pytest

from bot.reading import SYNONYMS
from bot.subcommands import SUBCOMMANDS

# What of a ticket each verb may change; all others change nothing.
CHANGES = {
    "assign": {"assignee"},
    "claim": {"assignee"},
    "unassign": {"assignee"},
    "comment": {"comments"},
    "note": {"comments"},
    "prio": {"priority"},
    "start": {"status", "assignee", "waiting_for", "comments"},
    "resolve": {"status", "assignee", "waiting_for", "comments"},
    "close": {"status", "waiting_for", "comments"},
    "reopen": {"status", "waiting_for", "comments"},
    "wait": {"status", "waiting_for"},
    "hold": {"status", "waiting_for"},
}
FIELDS = ("title", "description", "status", "priority", "assignee", "waiting_for", "comments")
BLANKS = (" ", " ", " ", "  ", "\t", "\n", "\u00a0", "\u3000")
NOISE = ("to", "for", "please", "on", "priority")
NAMES = ("1", "T-1", "t-2", "#2", "T3", "*T-3*", "`T-1`", "T\u20112", "T-3:", "(T-2)", "99", "T-99")
# Of these a word is a ticket, or a verb's own, and never lost.
WORDS = (
    "me",
    "nobody",
    "high",
    "low",
    "2h",
    "tomorrow",
    "30d",
    "mine",
    "late",
    "now",
    "&lt;3",
    "it's",
)
TOKENS = (
    "<@U0OLGA|olga>",
    "<@U0BEN>",
    "<#C0GENERAL|general>",
    "<#C0OPS|>",
    "<!here>",
    "<!subteam^S0ONCALL|@oncall>",
    "<!date^1772456400^{date_short}|2026-03-02>",
)
# A word that must not be lost, as Slack may send it.
FORMS = (
    "{0}",
    "{0}!",
    "*{0}*",
    "`{0}",
    "<https://a.example/{0}|{0}>",
    "<mailto:{0}@mail.example|{0}@mail.example>",
    "<tel:+4930|{0}>",
)
VERBS = {verb: verb for verb in SUBCOMMANDS} | {
    # These two are verbs only with what follows them.
    said: ours
    for said, ours in SYNONYMS.items()
    if said not in {"ticket", "tickets"}
}
BATCH = 250
LINES = 1000 if os.environ.get("EXAMPLES") == "all" else 2 * BATCH


class Line:
    """One line: the verb that was written, the numbers of its tickets and the words in it that
    stand nowhere else."""

    def __init__(self, random, number):
        self.verb, self.words, self.tickets = "", [], set()
        parts = []
        if random.random() < 0.95:
            said = random.choice(sorted(VERBS))
            self.verb = VERBS[said]
            parts.append(random.choice([said, said.upper(), said.capitalize(), f"*{said}*"]))
        if random.random() < 0.1:
            parts.append(random.choice(["ticket", "the ticket"]))
        if random.random() < 0.9:
            names = [random.choice(NAMES) for _ in range(random.choice([1, 1, 1, 2, 3]))]
            self.tickets = {int("".join(filter(str.isdigit, name))) for name in names}
            parts.append(random.choice([", ", ",", " and "]).join(names))
        for place in range(random.choice([0, 0, 1, 2, 5])):
            kind = random.random()
            if kind < 0.5:
                word = f"q{number}w{place}"
                self.words.append(word)
                parts.append(random.choice(FORMS).format(word))
            else:
                parts.append(random.choice(random.choice([NOISE, WORDS, TOKENS])))
        self.typed = "".join(part + random.choice(BLANKS) for part in parts).strip()


def everything_in(value):
    """All texts of a payload, as people see them."""
    return unescape(json.dumps(value, ensure_ascii=False, default=str))


@pytest.fixture
def said_raw(slack):
    """Olga's command as an app gets it, tokens and all: gives what she sees of it, messages and
    forms."""
    commands = slack.manifest.commands
    slack.manifest = replace(
        slack.manifest, commands={"/ticket": replace(commands["/ticket"], should_escape=False)}
    )

    async def done(text):
        answer = await slack.command(text, by=slack.olga)
        assert answer.status == 200, text
        form = await slack.until(
            lambda: answer.messages or slack.workspace.views.before(slack.olga, answer.trigger_id)
        )
        shown = [[each.text, each.blocks] for each in answer.messages]
        return shown, [] if answer.messages else [form.given]

    return done


@pytest.mark.parametrize("batch", range(LINES // BATCH))
async def test_no_line_goes_wrong_loses_a_word_or_does_what_another_verb_does(
    slack, program, database, batch, said_raw
):
    random = Random(batch)
    for number in (1, 2, 3):
        await program.file(f"Ticket {number}", priority="low")

    async def tickets():
        found = await database["tickets"].find().to_list()
        return {
            each["number"]: {name: each.get(name) for name in FIELDS}
            for each in sorted(found, key=lambda each: each["number"])
        }

    before = await tickets()
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        line = Line(random, number)
        answers, forms = await said_raw(line.typed)

        after = await tickets()
        told = f"{line.typed!r} of {line.verb}: {answers} {forms}"
        assert "went wrong" not in everything_in(answers), told
        seen = everything_in([answers, forms])
        for ticket, now in after.items():
            was = before.get(ticket)
            if was is None:
                assert line.verb in {"new", ""}, told
                seen += everything_in(now)
                continue
            changed = {name for name in FIELDS if was[name] != now[name]}
            assert changed <= CHANGES.get(line.verb, set()), told
            assert not changed or ticket in line.tickets, told
            seen += everything_in([now[name] for name in changed])
        assert [word for word in line.words if word not in seen] == [], told
        before = after
