"""Commands for several tickets at once."""

import pytest


async def test_several_tickets_are_each_answered_for(slack, file, program):
    for number in range(3):
        await file(f"ticket {number}")

    answer = await slack.command("resolve 1, 3 and 9 rebooted", by=slack.olga)

    assert answer.text.splitlines() == [
        "T-1 is resolved and assigned to <@U0OLGA>. Your words are a comment of it.",
        "T-3 is resolved and assigned to <@U0OLGA>. Your words are a comment of it.",
        "9: There is no such ticket, or it is not yours to see.",
        "Your words, to send once more:",
        "```/ticket resolve 9 rebooted```",
    ]
    items = (await program.get("/api/tickets")).body["items"]
    assert [item["status"] for item in items] == ["resolved", "open", "resolved"]


async def test_more_than_twenty_at_once_are_none(slack, file, program):
    await file()

    answer = await slack.command(f"resolve {' '.join(map(str, range(1, 22)))}", by=slack.olga)

    assert answer.text.startswith("These are too many at once: 20 tickets at most.")
    assert (await program.get("/api/tickets/1")).body["status"] == "open"


@pytest.mark.parametrize("verb", ["why", "status"])
async def test_of_two_tickets_the_first_alone_is_offered(slack, desk_url, verb):
    answer = await slack.command(f"{verb} T-14 T-15", by=slack.olga)

    assert answer.text.startswith(f"One ticket at a time: `/ticket {verb} T-14`.")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("assign 1, 2 @amir", "is assigned to <@U0AMIR>"),
        ("unassign 1, 2", "is assigned to nobody already"),
        ("prio 1 and 2 low", "has low priority"),
        ("note T-1, T-2 seen", "has your note: agents see it"),
        ("ack 1 2", "is acknowledged"),
        ("snooze 1, 2 for 2h", "is snoozed until"),
    ],
)
async def test_every_verb_takes_several_tickets(slack, file, typed, said):
    for title in ("VPN", "Printer"):
        await file(title)

    answer = await slack.command(typed, by=slack.olga)

    assert len(answer.text.splitlines()) == 2, answer.text
    first, second = answer.text.splitlines()
    assert first.startswith("T-1 ")
    assert second.startswith("T-2 ")
    assert said.split(";")[0] in first


async def test_what_is_missing_is_asked_for_with_the_tickets_that_were_meant(slack, file):
    await file()

    answer = await slack.command("assign 1, 7", by=slack.olga)

    assert answer.text == "To whom? Try `/ticket assign 1 7 @someone|me|nobody`."
