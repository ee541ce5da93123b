"""A form that is sent once more because its answer got lost: what it says now is what counts."""

import pytest

from tests.bot.conftest import card_of, words
from tests.support.slack_requests import OLGA, form, send, sent


async def ticket(program, number=1):
    return (await program.get(f"/api/tickets/{number}")).body


async def test_the_same_words_are_one_ticket(slack, program):
    for _ in range(2):
        assert (await send(slack, form(sent(trigger_id="8.8")))).body == b""

    assert len((await program.get("/api/tickets")).body["items"]) == 1


async def test_corrected_words_are_kept(slack, program):
    await send(slack, form(sent("VPN is down", "since nine")))
    await slack.until(lambda: card_of(slack, "T-1"))

    corrected = form(sent("The VPN is down in Berlin", "since ten"))
    replies = [await send(slack, corrected) for _ in range(3)]

    assert [(reply.status, reply.body) for reply in replies] == [(200, b"")] * 3
    found = await ticket(program)
    assert (found["title"], found["description"]) == ("The VPN is down in Berlin", "since ten")
    assert found["version"] == 2
    assert len((await program.get("/api/tickets")).body["items"]) == 1
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await slack.until(lambda: "Berlin" in words(card))


async def test_what_others_did_meanwhile_stays(slack, program):
    await send(slack, form(sent("VPN is down", "since nine")))
    await slack.command("claim 1", by=slack.olga)

    await send(slack, form(sent("VPN is down", "since ten")))

    found = await ticket(program)
    assert (found["assignee"]["name"], found["description"]) == ("olga", "since ten")


async def test_a_priority_that_only_agents_change_is_said_beside_it(slack, program):
    await send(slack, form(sent("VPN is down", priority="low")))

    refused = await send(slack, form(sent("The VPN is down", priority="high")))
    again = await send(slack, form(sent("The VPN is down", priority="low")))

    assert refused.json["response_action"] == "errors"
    said = refused.json["errors"]["priority"]
    assert said.startswith("T-1 is filed already and has low priority")
    assert again.body == b""
    found = await ticket(program)
    assert (found["title"], found["priority"]) == ("The VPN is down", "low")


async def test_an_agent_corrects_the_priority_too(slack, program):
    await send(slack, form(sent("VPN is down", by=OLGA)))
    await send(slack, form(sent("VPN is down", priority="high", by=OLGA)))

    assert (await ticket(program))["priority"] == "high"


@pytest.mark.parametrize("title", ["", "x" * 201])
async def test_a_correction_that_is_none_changes_nothing(slack, program, title):
    await send(slack, form(sent("VPN is down")))

    refused = await send(slack, form(sent(title)))

    assert set(refused.json["errors"]) == {"title"}
    assert (await ticket(program))["title"] == "VPN is down"


async def test_another_form_of_the_same_words_is_another_ticket(slack, program):
    await send(slack, form(sent()))
    await send(slack, form(sent(view={"id": "V2"})))

    assert len((await program.get("/api/tickets")).body["items"]) == 2
