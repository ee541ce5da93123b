"""/ticket search: tickets by their words, a page at a time."""

import random

import pytest

from core.store.tickets import searching
from tests.bot.conftest import button_names, rich_words


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
async def three(slack, file):
    await file("Printer burns", by=slack.ada)
    await file("Printer & <scanner> are slow", by=slack.ben)
    await file("VPN is down", by=slack.ada)
    await slack.command("comment 3 The router smokes", by=slack.olga)
    await slack.command("note 3 Acme knows", by=slack.olga)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("search printer", ["Printer & <scanner> are slow", "Printer burns"]),
        ("find PRINTER", ["Printer & <scanner> are slow", "Printer burns"]),
        ('search "burns -printer*"', ["Printer burns"]),
        ("search router", ["VPN is down"]),
        ("search acme vpn", ["VPN is down"]),
        ("search <scanner> &", ["Printer & <scanner> are slow"]),
    ],
)
async def test_what_has_all_the_words_is_listed(slack, three, titles, line, shown):
    answer = await slack.command(line, by=slack.olga)

    # Of two that fit as well the newer one comes first; a shorter title fits better.
    assert sorted(titles(answer)) == sorted(shown)
    assert answer.text.endswith(f"1 to {len(shown)} of {len(shown)}")


async def test_people_find_what_they_may_see_and_agents_by_notes_too(slack, three, titles):
    assert titles(await slack.command("search printer", by=slack.ada)) == ["Printer burns"]
    assert titles(await slack.command("search router", by=slack.ada)) == ["VPN is down"]
    for line in ("search acme", "search vpn acme", "search scanner"):
        answer = await slack.command(line, by=slack.ada)
        assert answer.text.startswith("No ticket that you may see has"), line
        assert "whole words count" in answer.text


@pytest.mark.parametrize("line", ["search", "search ", "find"])
async def test_without_words_it_says_what_to_type(slack, desk_url, line):
    answer = await slack.command(line, by=slack.ada)

    assert "/ticket search printer floor 3" in answer.text


async def test_signs_alone_are_no_words(slack, desk_url):
    answer = await slack.command('search "-"', by=slack.ada)

    assert "Say at least one word to look for" in answer.text


async def test_a_number_alone_is_that_ticket(slack, three):
    answer = await slack.command("search T-3", by=slack.ada)

    assert "VPN is down" in str(answer.blocks)
    assert "The router smokes" in str(answer.blocks)


async def test_what_is_found_is_turned_in_place(slack, desk_url, filed_without_cards, titles):
    await filed_without_cards(23)
    first = await slack.command("search vpn", by=slack.olga)
    assert first.text == "Tickets with “vpn”, 1 to 10 of 23"
    message = first.message
    seen, turns = [titles(message)], [button_names(message)]

    for press in ("further", "further", "better"):
        before = list(message.blocks)
        await slack.click(message, press, by=slack.olga)
        await slack.until(lambda: message.blocks != before)  # noqa: B023 - awaited at once
        seen.append(titles(message))
        turns.append(button_names(message))

    assert [title for page in seen[:3] for title in page] == [
        f"VPN {number}" for number in reversed(range(23))
    ]
    assert seen[3] == seen[1]
    assert turns == [["further"], ["better", "further"], ["better"], ["better", "further"]]


async def test_what_too_many_tickets_have_is_said(slack, three, titles, monkeypatch):
    monkeypatch.setattr(searching, "COMMON", 1)

    alone = await slack.command("search printer", by=slack.olga)
    beside = await slack.command("search printer burns", by=slack.olga)

    assert "add a rarer word" in alone.text
    assert titles(beside) == ["Printer burns"]
    assert "Not looked for, because too many tickets have it: printer" in str(beside.blocks)


async def test_any_noise_is_words(slack, three):
    chance = random.Random(5)
    signs = "\"'-+|()*~<>{}[]$.^\\/:;,!?@#%&= éß日🔥aA0_"

    for length in (5, 80, 2_000):
        said = "".join(chance.choices(signs, k=length))
        answer = await slack.command(f"search x {said}", by=slack.ada)
        assert answer.text
