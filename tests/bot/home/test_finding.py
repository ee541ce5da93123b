"""Tickets are found by their words in the Home tab."""

import pytest


async def test_tickets_are_found_by_their_words_in_place(slack, four, tab):
    olga = await tab(slack.olga)

    await olga.look_for("down, vpn!")

    assert olga.title == "*Tickets with “down vpn”*, 1 to 1 of 1"
    assert (olga.numbers, olga.turns) == ([2], ["Back to My queue"])
    await olga.press(2, "start")
    assert olga.title == "*Tickets with “down vpn”*, 1 to 1 of 1"
    await olga.turn("back")
    assert (olga.title, olga.has("search")) == ("*My queue*, 1 to 1 of 1", True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("zebra", "No ticket that you may see has “zebra”. *New ticket* files one."),
        ("?!", ":information_source: Say at least one word to look for: signs alone are none."),
        ("<!channel> & <@U0ADA>", "No ticket that you may see has “channel U0ADA”."),
    ],
)
async def test_what_is_not_found_is_said(slack, four, tab, words, said):
    ada = await tab(slack.ada)

    await ada.look_for(words)

    assert ada.title.startswith(said)


async def test_a_requester_finds_neither_notes_nor_what_others_filed(slack, four, tab):
    await slack.command("note 2 secretword Ben is to blame", by=slack.olga)
    ada = await tab(slack.ada)
    shown = ada.said

    for words in ("secretword", "mail"):
        await ada.look_for(words)
        shown += ada.said
        assert ada.numbers == []

    assert "secretword is" not in shown
    assert "blame" not in shown
    assert "Mail is slow" not in shown
