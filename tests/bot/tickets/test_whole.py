"""Long words, and many of them, can be read whole in Slack."""

import pytest

from localslack import Fault
from tests.bot.conftest import button_names, card_of, rich_words

LONG = "\n".join(f"ERROR something failed in module number {number};" for number in range(200))


def read(view):
    return "".join(map(rich_words, view.blocks))


@pytest.fixture
async def long(slack, program):
    """A ticket with a long description, a long comment, and 23 others."""
    await program.file("VPN is down", description=LONG)
    for number in range(23):
        await program.post("/api/tickets/1/comments", {"message": f"comment {number}"})
    await program.post("/api/tickets/1/comments", {"message": LONG[:4000]})
    return await slack.until(lambda: card_of(slack, "T-1"))


async def test_all_of_a_ticket_is_shown_page_by_page(slack, long):
    answer = await slack.command("status 1", by=slack.olga)
    await slack.click(answer.message, "show_all", by=slack.olga)

    first = await slack.modal(by=slack.olga)
    state = "Open · medium priority · nobody has it · due 2"
    assert rich_words(first.blocks[0]).splitlines()[1].startswith(state)
    assert "Filed by Robot (REST) <!date^" in str(first.blocks)
    assert LONG.replace("\n", "") in read(first).replace("\n", "")
    assert "comment 0" in read(first)
    assert button_names(first) == ["comments_later"]
    for number in (10, 20):
        await slack.click(first, "comments_later", by=slack.olga)
        await slack.until(lambda number=number: f"comment {number}" in read(first))
    assert LONG[:2500].replace("\n", "") in read(first).replace("\n", "")
    assert "Comments 21 to 24 of 24" in str(first.blocks)
    assert button_names(first) == ["comments_earlier"]
    await slack.click(first, "comments_earlier", by=slack.olga)
    await slack.until(lambda: "comment 10" in read(first))


async def test_a_card_shows_three_lines_of_what_it_is_about_and_offers_the_whole(slack, long, file):
    await slack.until(lambda: "show_all" in button_names(long))
    folded = rich_words(long.blocks[1])
    assert folded.splitlines() == [*LONG.splitlines()[:2], f"{LONG.splitlines()[2]} …"]
    short = await file("Printer")

    # Who filed it when stands there.
    assert "show_all" in button_names(short)
    await slack.click(long, "show_all", by=slack.ada)
    told = await slack.until(
        lambda: [one for one in slack.seen_by(slack.ada, "#helpdesk") if one.ephemeral_to]
    )
    assert told[0].text.startswith("This ticket is not yours to change")


async def test_what_is_done_says_in_it_which_priority_it_had(slack, file):
    card = await file(priority="high")
    await slack.command("resolve 1", by=slack.olga)
    await slack.until(lambda: "Resolved" in str(card.blocks))
    assert "high priority" not in str(card.blocks)

    await slack.click(card, "show_all", by=slack.olga)

    assert " · high priority · filed by " in str((await slack.modal(by=slack.olga)).blocks)


async def test_a_requester_reads_no_notes_in_it(slack, file, program):
    await file(by=slack.ada)
    await slack.command("note 1 The vendor is to blame", by=slack.olga)
    for number in range(4):
        await slack.command(f"comment 1 comment {number}", by=slack.ada)

    for who, seen in ((slack.ada, False), (slack.olga, True)):
        answer = await slack.command("status 1", by=who)
        await slack.click(answer.message, "show_all", by=who)
        view = await slack.modal(by=who)
        assert ("The vendor is to blame" in read(view)) is seen
        assert f"Comments 1 to {5 if seen else 4} of {5 if seen else 4}" in str(view.blocks)


async def test_what_slack_does_not_open_is_told(slack, long):
    answer = await slack.command("status 1", by=slack.olga)

    for fault, why in (
        (Fault.error("expired_trigger_id"), "it took longer than the three seconds"),
        (Fault.error("invalid_arguments"), "Slack refuses it (invalid_arguments). Whoever runs"),
        (Fault.status(500), "Slack did not answer, or was too busy. Please press it once more."),
    ):
        slack.fail("views.open", fault)
        await slack.click(answer.message, "show_all", by=slack.olga)
        said = f"That could not be opened: {why}"
        await slack.until(
            lambda said=said: any(
                one.text.startswith(said) for one in slack.seen_by(slack.olga, "#general")
            )
        )
