"""Who is to work on a ticket, said in a command."""

import pytest

from tests.support.slack_requests import FORM, command


async def test_an_agent_takes_a_ticket(slack, file, program):
    await file()

    answer = await slack.command("assign 1 me", by=slack.olga)

    assert answer.text == "T-1 is assigned to <@U0OLGA>."
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "olga"


async def test_a_ticket_is_assigned_by_a_mention_even_of_somebody_never_seen(slack, file, program):
    await file()

    answer = await slack.command("assign T-1 @amir", by=slack.olga)

    assert answer.text == "T-1 is assigned to <@U0AMIR>."
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "amir"


async def test_a_ticket_is_taken_from_its_assignee(slack, file, program):
    await file()
    await slack.command("assign 1 me", by=slack.olga)

    answer = await slack.command("assign 1 nobody", by=slack.olga)

    assert answer.text == "T-1 is assigned to nobody."
    assert (await program.get("/api/tickets/1")).body["assignee"] is None


async def test_only_agents_and_admins_are_assigned(slack, file):
    await file()

    answer = await slack.command("assign 1 @ben", by=slack.olga)

    assert answer.text.startswith("The assignee must be an agent or admin; ben is neither.")


async def test_a_name_without_a_mention_is_no_person(slack, file):
    await file()

    answer = await slack.command("assign 1 somebody", by=slack.olga)

    assert answer.text.startswith("Mention the person with @")


async def test_a_ticket_is_claimed_in_the_buttons_word(slack, file, program):
    await file()

    answer = await slack.command("claim 1", by=slack.olga)

    assert answer.text == "T-1 is assigned to <@U0OLGA>."
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "olga"
    refused = await slack.command("claim 1", by=slack.ada)
    assert refused.text == "Only agents can claim tickets: those on call."


@pytest.mark.parametrize("typed", ["1 to @amir", "1 @amir please", "ticket 1 to @amir, please"])
async def test_a_person_is_named_among_other_words(slack, file, program, typed):
    await file()

    await slack.command(f"assign {typed}", by=slack.olga)

    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "amir"


async def test_a_group_cannot_have_a_ticket(slack, file):
    await file()

    body = command(text="assign 1 <!subteam^S0ON|@oncall>", user_id="U0OLGA", user_name="olga")
    reply = await slack.send(body, slack.signed(body) | FORM)

    assert "A group cannot have a ticket: mention one person of it." in reply.body.decode()


async def test_what_somebody_has_is_taken_over_only_if_that_is_meant(slack, file, program):
    await file()
    await slack.command("claim 1", by=slack.amir)

    answer = await slack.command("claim 1", by=slack.olga)
    assert answer.text == "amir has T-1 already. `/ticket assign 1 me` takes it over."
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "amir"

    await slack.command("assign 1 me", by=slack.olga)
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "olga"


async def test_a_resolved_ticket_is_reopened_before_it_is_taken(slack, file, program):
    await file()
    await slack.command("close 1", by=slack.ada)

    answer = await slack.command("claim 1", by=slack.olga)

    assert answer.text == "T-1 is closed; reopen it before you take it."
    assert (await program.get("/api/tickets/1")).body["assignee"] is None


@pytest.mark.parametrize("typed", ["amir", "Amir", "to amir please", "amir."])
async def test_a_name_without_slacks_help_is_one_of_the_desks_people(
    slack, file, program, store, typed
):
    await file()
    # Somebody whom the desk has seen.
    await slack.command("list", by=slack.amir)

    answer = await slack.command(f"assign 1 {typed}", by=slack.olga)

    assert answer.text == "T-1 is assigned to <@U0AMIR>."
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "amir"
