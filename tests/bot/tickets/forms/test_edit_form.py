"""A ticket's words are put right in a form: from its receipt, an answer, or a command."""

import pytest

from tests.bot.conftest import button_names, preset


async def test_a_line_that_was_read_otherwise_than_meant_is_put_right(slack, program, desk_url):
    answer = await slack.command("new Low battery in UPS 3", by=slack.ada)
    assert button_names(answer.message) == ["edit"]

    await slack.click(answer.message, "edit", by=slack.ada)
    form = await slack.modal(by=slack.ada)
    assert preset(form, "title") == "Low battery in UPS 3"
    # Who files a ticket does not set another one's place in the queue.
    assert [block["block_id"] for block in form.blocks] == ["title", "description"]
    await slack.submit(form, by=slack.ada, description="It beeps.")

    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["title"], ticket["description"]) == ("Low battery in UPS 3", "It beeps.")


@pytest.mark.parametrize(
    ("typed", "now", "title"),
    [
        ("new high: VPN is down", "VPN is down", "VPN is down"),
        ("new high VPN is down", "VPN is up", "VPN is up"),
        ("new high VPN is down", "is down", "is down"),
        (f"new high {'x' * 200}", "x" * 200, "x" * 200),
    ],
    ids=["a colon", "another title", "the end of it", "too long"],
)
async def test_the_form_has_the_title_where_the_line_is_no_better(
    slack, program, desk_url, typed, now, title
):
    answer = await slack.command(typed, by=slack.ada)
    await program.patch("/api/tickets/1", {"title": now})

    await slack.click(answer.message, "edit", by=slack.ada)

    assert preset(await slack.modal(by=slack.ada), "title") == title


@pytest.mark.parametrize("typed", ["edit 1 title VPN", "edit T-1 VPN", "rename 1 to VPN"])
async def test_a_command_opens_it_with_what_was_typed(slack, file, program, typed):
    await file("Printer", by=slack.ada)

    await slack.command(typed, by=slack.olga)

    form = await slack.modal(by=slack.olga)
    assert preset(form, "title") == "VPN"
    await slack.submit(form, by=slack.olga, priority="low")
    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["title"], ticket["priority"]) == ("VPN", "low")


async def test_what_changed_meanwhile_is_not_overwritten(slack, file, program):
    await file("Printer", by=slack.ada)
    await slack.command("edit 1", by=slack.olga)
    form = await slack.modal(by=slack.olga)
    await program.patch("/api/tickets/1", {"title": "Printer on fire"})

    await slack.submit(form, by=slack.olga, description="It is warm.")

    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["title"], ticket["description"]) == ("Printer on fire", "It is warm.")


async def test_nobody_edits_what_is_not_theirs(slack, file):
    await file(by=slack.ada)

    answer = await slack.command("edit 1", by=slack.ben)

    assert answer.text == "There is no such ticket, or it is not yours to see."


async def test_a_description_too_long_for_a_form_stays(slack, program, desk_url):
    long = "x" * 9000
    await program.file("VPN", description=long)
    await slack.command("edit 1", by=slack.olga)
    form = await slack.modal(by=slack.olga)
    assert "too long for a form" in str(form.blocks)

    await slack.submit(form, by=slack.olga, title="VPN is down")

    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["title"], ticket["description"]) == ("VPN is down", long)
