"""What a requester says of a ticket that is resolved or closed reaches the desk."""

import pytest

from core.people.accounts import Via
from core.tickets import Changes, NewComment, NewTicket, Status
from localslack import Fault
from tests.bot.conftest import button_names, card_of


def objections(slack):
    return [
        message
        for message in slack.messages("#helpdesk")
        if (message.metadata or {}).get("event_type") == "helpdesk_comment"
    ]


@pytest.mark.parametrize("verb", ["resolve", "close"])
async def test_it_is_told_with_a_way_to_reopen(slack, file, program, verb):
    await file(by=slack.ada)
    await slack.command(f"{verb} 1", by=slack.olga)

    await slack.command("comment 1 It *still* drops <!channel>", by=slack.ada)

    [told] = await slack.until(lambda: objections(slack))
    who = "<@U0OLGA>, " if verb == "resolve" else ""
    assert told.text.startswith(f"{who}ada says of *T-1* VPN is down, which is ")
    assert "<!channel>" not in told.text
    assert button_names(told) == ["reopen"]
    await slack.click(told, "reopen", by=slack.olga)
    assert (await program.get("/api/tickets/1")).body["status"] == "open"


async def test_also_from_a_program(slack, program, file):
    await program.file("Printer")
    await program.patch("/api/tickets/1", {"status": "resolved"})

    await program.post("/api/tickets/1/comments", {"message": "No, it is not."})

    [told] = await slack.until(lambda: objections(slack))
    assert "(REST) says of *T-1* Printer, which is resolved:\n&gt;" not in told.text
    assert told.text.endswith("\n>No, it is not.")


async def test_nothing_is_told_of_what_is_open_or_said_by_agents(slack, file, program, a_few_scans):
    await file(by=slack.ada)
    await slack.command("comment 1 Any news?", by=slack.ada)
    await slack.command("resolve 1 rebooted", by=slack.olga)
    await slack.command("comment 1 And cabled", by=slack.olga)
    await slack.command("note 1 Again the cable", by=slack.olga)

    await a_few_scans()

    assert objections(slack) == []


@pytest.mark.parametrize("fault", [Fault.cut_before(), Fault.cut_after()], ids=["not", "there"])
async def test_it_is_told_once_though_the_answer_got_lost(
    slack, file, a_few_scans, looked, expire, fault
):
    await file(by=slack.ada)
    await slack.command("resolve 1", by=slack.olga)
    await a_few_scans()
    slack.fail("chat.postMessage", fault)
    await slack.command("comment 1 No", by=slack.ada)
    await looked()
    await expire(held=False)

    await slack.until(lambda: objections(slack))
    await a_few_scans()

    assert len(objections(slack)) == 1


async def test_two_that_piled_up_are_both_told(slack, desk, start):
    """With the card of their ticket, under one lease."""
    ada = (await desk.people.slack_user("U0ADA", name="ada")).acting(Via.SLACK)
    ticket = (await desk.open_ticket(NewTicket(title="VPN"), by=ada)).ticket
    await desk.change_ticket(ticket.id, Changes(status=Status.CLOSED), by=ada)
    for words in ("No", "It is not"):
        await desk.comment(ticket.id, NewComment(message=words), by=ada)

    async with start():
        told = await slack.until(lambda: len(objections(slack)) >= 2 and objections(slack))
        await slack.until(lambda: card_of(slack, "T-1"))

    assert [message.text.split(">")[-1] for message in told] == ["No", "It is not"]
