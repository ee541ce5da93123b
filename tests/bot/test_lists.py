"""Lists of tickets in Slack, a page at a time."""

import pytest

from tests.bot.conftest import button_names


@pytest.fixture
def titles():
    def found(answer):
        return [
            block["text"]["text"].splitlines()[0].split("* ", 1)[1]
            for block in answer.blocks
            if block["type"] == "section" and ":" in block["text"]["text"].split("*")[0]
        ]

    return found


@pytest.fixture
async def four(slack, program, file):
    """An open one of Ada's, one of Ben's that Olga has, a resolved one, and a late one."""
    await file("late", priority="low", by=slack.ben)
    await file("resolved", by=slack.ada)
    await file("taken", priority="medium", by=slack.ben)
    await file("open", by=slack.ada)
    await slack.command("assign 3 me", by=slack.olga)
    await slack.command("resolve 2", by=slack.olga)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", ["open", "taken", "late"]),
        ("open", ["open", "taken", "late"]),
        ("all", ["open", "taken", "resolved", "late"]),
        ("resolved", ["resolved"]),
        ("mine", ["taken"]),
        ("unassigned", ["open", "late"]),
        ("high", ["open"]),
        ("unassigned LOW", ["late"]),
    ],
)
async def test_words_narrow_a_list(slack, four, titles, words, shown):
    answer = await slack.command(f"list {words}", by=slack.olga)

    assert titles(answer) == shown


async def test_breached_shows_the_most_overdue_first(slack, four, titles, clock):
    clock.forward(hours=25)

    answer = await slack.command("list breached", by=slack.olga)

    assert titles(answer) == ["open", "taken"]


async def test_a_requester_sees_only_their_own(slack, four, titles):
    answer = await slack.command("list all", by=slack.ada)

    assert titles(answer) == ["open", "resolved"]


async def test_an_empty_list_says_so(slack, desk_url):
    answer = await slack.command("list breached", by=slack.olga)

    assert answer.text == "No tickets: breached."


async def test_a_word_that_narrows_nothing_is_named(slack, desk_url):
    answer = await slack.command("list urgent", by=slack.olga)

    assert answer.text.startswith("urgent narrows no list; these do: open, mine, ")


async def test_pages_are_turned_in_place(slack, program, titles):
    for number in range(25):
        await program.file(f"ticket {number}")

    first = await slack.command("list", by=slack.olga)
    message = first.message
    seen = [titles(message)]
    turns = [button_names(message)]
    for press in ("older", "older"):
        before = list(message.blocks)
        await slack.click(message, press, by=slack.olga)
        await slack.until(lambda: message.blocks != before)  # noqa: B023 - awaited at once
        seen.append(titles(message))
        turns.append(button_names(message))

    assert [len(page) for page in seen] == [10, 10, 5]
    assert [title for page in seen for title in page] == [
        f"ticket {number}" for number in reversed(range(25))
    ]
    assert turns == [["older"], ["newer", "older"], ["newer"]]
