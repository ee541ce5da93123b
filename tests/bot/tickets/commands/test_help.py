"""What is missing or unknown in a command is asked for or guessed; `help` lists all there is."""

import pytest

from bot.subcommands import SUBCOMMANDS

# The buttons' words, which are understood but not listed.
ALIASES = {"claim", "hold", "unassign"}


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("resolve", "Which ticket? Try `/ticket resolve T-42 [your words]`."),
        ("assign", "Which ticket? Try `/ticket assign T-42 @someone|me|nobody`."),
        ("comment 1", "Say what? Try `/ticket comment 1 your words`."),
        (
            "prio 1",
            "Which priority: low, medium or high? Try `/ticket prio 1 low|medium|high`.",
        ),
        (
            "snooze T-6",
            "Until when? The shortest time is 1m, the longest 168h (a week). "
            "Try `/ticket snooze T-6 30m|2h|tomorrow`.",
        ),
        (
            "snooze T-6 169h",
            "Say 30m, 2h or tomorrow. The shortest time is 1m, the longest 168h (a week). "
            "Try `/ticket snooze T-6 30m|2h|tomorrow`.",
        ),
    ],
)
async def test_a_missing_word_is_asked_for(slack, desk_url, command, said):
    assert (await slack.command(command, by=slack.olga)).text.splitlines()[0] == said


@pytest.mark.parametrize(
    ("typed", "meant"), [("asign 1 me", "assign 1 me"), ("RESLOVE 1", "resolve 1"), ("lst", "list")]
)
async def test_an_unknown_verb_suggests_the_nearest(slack, desk_url, typed, meant):
    answer = await slack.command(typed, by=slack.ada)

    assert f"Did you mean `/ticket {meant}`?" in answer.text


async def test_nonsense_points_to_the_help(slack, desk_url):
    answer = await slack.command("xyzzy", by=slack.ada)

    assert answer.text == "There is no command xyzzy. `/ticket help` lists all there is."


@pytest.mark.parametrize("command", ["", "help"])
async def test_help_has_a_line_for_every_verb(slack, desk_url, command):
    answer = await slack.command(command, by=slack.olga)

    listed = [
        f"`/ticket {verb.usage}`" for name, verb in SUBCOMMANDS.items() if name not in ALIASES
    ]
    assert [line.split(" — ")[0] for line in answer.text.splitlines()] == listed


async def test_a_requesters_help_lists_what_they_may_do(slack, desk_url):
    answer = await slack.command("help", by=slack.ada)

    verbs = [line.split()[1].strip("`") for line in answer.text.splitlines()]
    assert verbs == [
        *("new", "status", "list", "search", "comment", "edit"),
        *("start", "why", "close", "reopen", "tell", "token", "link", "help"),
    ]
    one = await slack.command("help resolve", by=slack.ada)
    assert one.text == (
        "`/ticket resolve T-42 [your words]` — it is done; an agent has it then, if nobody had "
        "(only agents can)"
    )


async def test_help_of_one_verb_is_one_line(slack, desk_url):
    answer = await slack.command("help assign", by=slack.olga)

    assert answer.text.splitlines() == [
        "`/ticket assign T-42 @someone|me|nobody` — say who is to work on it; without a name, in a "
        "form"
    ]


async def test_help_of_an_unknown_verb_suggests_the_nearest(slack, desk_url):
    answer = await slack.command("help reslove", by=slack.ada)

    assert "Did you mean `/ticket resolve`?" in answer.text
