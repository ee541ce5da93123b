"""Lists of tickets in Slack, a page at a time."""

import pytest

from tests.bot.conftest import button_names, rich_words

WAITS = "Waiting for the requester · high priority · nobody has it · its clock stands still"


@pytest.fixture
def titles():
    def found(answer):
        return [
            rich_words(block).splitlines()[0].split(" ", 2)[2]
            for block in answer.blocks
            if block["type"] == "rich_text"
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
        ("all", ["open", "taken", "late", "resolved"]),
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


async def test_what_is_late_or_due_first_comes_first_and_what_waits_last(
    slack, four, titles, clock
):
    await slack.command("new high pressing", by=slack.ada)
    await slack.command("hold 4", by=slack.olga)
    clock.forward(hours=25)

    answer = await slack.command("list", by=slack.olga)

    assert titles(answer) == ["pressing", "taken", "late", "open"]
    assert answer.text == "Tickets (open), 1 to 4 of 4"


async def test_a_list_says_which_tickets_are_late(slack, four, clock):
    clock.forward(hours=25)

    answer = await slack.command("list", by=slack.olga)

    late = [block for block in answer.blocks if "late since" in rich_words(block)]
    assert [rich_words(block).split(" ")[2] for block in late] == ["open\nOpen", "taken\nOpen"]


@pytest.mark.parametrize("words", ["", "mine", "breached", "waiting", "all"])
async def test_a_list_says_of_what_waits_that_it_was_late_before(slack, program, clock, words):
    await slack.command("new high late", by=slack.ada)
    clock.forward(hours=5)
    await slack.command("wait 1 for Acme", by=slack.olga)
    await slack.command("new high in time", by=slack.ada)
    await slack.command("hold 2", by=slack.olga)
    clock.forward(hours=5)

    answer = await slack.command(f"list {words}", by=slack.ada)

    first, *others = [rich_words(block).splitlines() for block in answer.blocks[1:-1]]
    assert first[0].startswith(":rotating_light::red_circle: T-1 late")
    assert first[1].startswith(
        "Waiting for Acme · high priority · nobody has it · late since 2026-03-02 13:00 UTC"
    )
    assert others == ([] if words == "breached" else [[":red_circle: T-2 in time", WAITS]])


async def test_a_requester_sees_only_their_own(slack, four, titles):
    answer = await slack.command("list all", by=slack.ada)

    assert titles(answer) == ["open", "resolved"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "There are no open tickets. `/ticket new` files one."),
        ("all", "There are no tickets. `/ticket new` files one."),
        ("mine", "You have no open tickets. `/ticket new` files one."),
        ("breached", "There are no late tickets."),
        ("in_progress mine", "There are no in progress tickets of yours."),
        ("unassigned high", "There are no unassigned tickets of high priority."),
        ("all low", "There are no tickets of low priority."),
    ],
)
async def test_an_empty_list_says_so(slack, desk_url, words, said):
    answer = await slack.command(f"list {words}", by=slack.olga)

    assert answer.text == said


async def test_a_word_that_narrows_nothing_is_named(slack, desk_url):
    answer = await slack.command("list banana", by=slack.olga)

    assert answer.text == (
        "“banana” is not something to list: try open, mine, unassigned, breached, all, "
        "in_progress, waiting, resolved, closed, low, medium or high."
    )


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
        f"ticket {number}" for number in range(25)
    ]
    assert message.text == "Tickets (open), 21 to 25 of 25"
    assert turns == [["older"], ["newer", "older"], ["newer"]]
