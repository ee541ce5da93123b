"""/ticket and its verbs."""

import pytest

from bot.subcommands import SUBCOMMANDS
from tests.bot.conftest import button_names, words
from tests.support.deliveries import nothing_is_held
from tests.support.slack_requests import FORM, command

# The buttons' words, which are understood but not listed.
ALIASES = {"claim", "hold", "unassign"}


@pytest.mark.parametrize("written", ["1", "#1", "T-1", "t-1"])
async def test_a_ticket_may_be_named_in_four_ways(slack, file, written):
    await file("VPN is down")

    answer = await slack.command(f"status {written}", by=slack.ada)

    assert answer.text.startswith("T-1 VPN is down")


async def test_status_shows_the_latest_comments(slack, file, program):
    await file()
    for number in range(5):
        await program.post("/api/tickets/1/comments", {"message": f"note {number}"})

    answer = await slack.command("status 1", by=slack.ada)

    shown = str(answer.blocks)
    assert [f"note {number}" in shown for number in range(5)] == [False, False, True, True, True]


async def test_status_without_a_ticket_lists_ones_own(slack, file):
    await file("VPN is down", by=slack.ada)
    await file("Printer on fire", by=slack.ben)

    answer = await slack.command("status", by=slack.ada)

    assert "VPN is down" in str(answer.blocks)
    assert "Printer on fire" not in str(answer.blocks)


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


async def test_a_comment_keeps_its_words_and_spaces(slack, file, program):
    await file()

    answer = await slack.command("comment 1 look  at <this> & that", by=slack.ada)

    assert answer.text == "T-1 has your comment."
    comments = (await program.get("/api/tickets/1")).body["comments"]
    assert [comment["message"] for comment in comments] == ["look  at <this> & that"]


async def test_priority_changes_the_due_time(slack, file, program):
    await file(priority="high")

    answer = await slack.command("prio 1 low", by=slack.olga)

    assert answer.text == "T-1 has low priority."
    assert (await program.get("/api/tickets/1")).body["sla_due"] == "2026-03-04T09:00:00.000Z"


async def test_a_wrong_priority_is_answered_with_the_right_ones(slack, file):
    await file()

    answer = await slack.command("prio 1 urgent", by=slack.olga)

    assert answer.text.startswith("The priority must be low, medium or high.")


@pytest.mark.parametrize(
    ("verb", "said", "status"),
    [
        ("hold", "is waiting for the requester", "waiting"),
        ("resolve", "is resolved", "resolved"),
        ("close", "is closed", "closed"),
    ],
)
async def test_a_verb_changes_the_status(slack, file, program, verb, said, status):
    await file()

    answer = await slack.command(f"{verb} 1", by=slack.olga)
    again = await slack.command(f"{verb} 1", by=slack.olga)

    # Whoever resolves what nobody has, has it.
    taken = " and assigned to <@U0OLGA>" if verb == "resolve" else ""
    assert answer.text == f"T-1 {said}{taken}."
    assert again.text.startswith(f"T-1 {said}")
    assert again.text.endswith("already.")
    assert (await program.get("/api/tickets/1")).body["status"] == status


async def test_starting_work_on_what_nobody_has_is_taking_it(slack, file, program):
    await file()

    answer = await slack.command("start 1", by=slack.olga)
    again = await slack.command("start 1", by=slack.amir)

    assert answer.text == "T-1 is in progress and assigned to <@U0OLGA>."
    assert again.text == "T-1 is in progress already."
    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["status"], ticket["assignee"]["name"]) == ("in_progress", "olga")


async def test_a_ticket_is_claimed_in_the_buttons_word(slack, file, program):
    await file()

    answer = await slack.command("claim 1", by=slack.olga)

    assert answer.text == "T-1 is assigned to <@U0OLGA>."
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "olga"
    refused = await slack.command("claim 1", by=slack.ada)
    assert refused.text == "Only agents can claim tickets: those on call."


@pytest.mark.parametrize("command", ["status banana", "resolve banana", "comment banana split"])
async def test_a_word_that_is_no_ticket_is_named(slack, desk_url, command):
    answer = await slack.command(command, by=slack.olga)

    assert answer.text.startswith("“banana” is no ticket: say 42 or T-42.")


async def test_a_closed_ticket_is_reopened_by_its_requester(slack, file, program):
    await file(by=slack.ada)
    await slack.command("close 1", by=slack.ada)

    answer = await slack.command("reopen 1", by=slack.ada)

    assert answer.text == "T-1 is open."


async def test_what_the_state_does_not_allow_is_said(slack, file):
    await file()
    await slack.command("close 1", by=slack.olga)

    answer = await slack.command("start 1", by=slack.olga)

    assert answer.text == "T-1 is closed; reopen it before it can be in progress."


async def test_what_one_may_not_do_is_said_only_to_them(slack, file, program):
    await file(by=slack.ada)

    answer = await slack.command("resolve 1", by=slack.ada)

    assert answer.text == ("Only agents can resolve tickets: those on call. You can close yours.")
    assert slack.seen_by(slack.ben, "#general") == []
    assert (await program.get("/api/tickets/1")).body["status"] == "open"


@pytest.mark.parametrize("command", ["status 1", "comment 1 hello", "close 1", "status 99"])
async def test_another_requesters_ticket_looks_like_none(slack, file, command):
    await file(by=slack.ada)

    answer = await slack.command(command, by=slack.ben)

    assert answer.text.startswith("There is no such ticket, or it is not yours to see.")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("resolve", "Which ticket? Try `/ticket resolve T-42 [your words]`."),
        ("assign", "Which ticket? Try `/ticket assign T-42 @someone|me|nobody`."),
        ("comment 1", "Say what? Try `/ticket comment 1 your words`."),
        (
            "prio 1",
            "Which priority: low, medium or high? Try `/ticket prio 1 low|medium|high`.",
        ),
        (
            "snooze T-6",
            "Until when? The shortest time is 1m, the longest 168h (a week). "
            "Try `/ticket snooze T-6 30m|2h|tomorrow`.",
        ),
        (
            "snooze T-6 169h",
            "Say 30m, 2h or tomorrow. The shortest time is 1m, the longest 168h (a week). "
            "Try `/ticket snooze T-6 30m|2h|tomorrow`.",
        ),
    ],
)
async def test_a_missing_word_is_asked_for(slack, desk_url, command, said):
    assert (await slack.command(command, by=slack.olga)).text.splitlines()[0] == said


@pytest.mark.parametrize(
    ("typed", "meant"), [("asign 1 me", "assign 1 me"), ("RESLOVE 1", "resolve 1"), ("lst", "list")]
)
async def test_an_unknown_verb_suggests_the_nearest(slack, desk_url, typed, meant):
    answer = await slack.command(typed, by=slack.ada)

    assert f"Did you mean `/ticket {meant}`?" in answer.text


async def test_nonsense_points_to_the_help(slack, desk_url):
    answer = await slack.command("xyzzy", by=slack.ada)

    assert answer.text == "There is no command xyzzy. `/ticket help` lists all there is."


@pytest.mark.parametrize("command", ["", "help"])
async def test_help_has_a_line_for_every_verb(slack, desk_url, command):
    answer = await slack.command(command, by=slack.olga)

    listed = [
        f"`/ticket {verb.usage}`" for name, verb in SUBCOMMANDS.items() if name not in ALIASES
    ]
    assert [line.split(" — ")[0] for line in answer.text.splitlines()] == listed


async def test_a_requesters_help_lists_what_they_may_do(slack, desk_url):
    answer = await slack.command("help", by=slack.ada)

    verbs = [line.split()[1].strip("`") for line in answer.text.splitlines()]
    assert verbs == [
        *("new", "status", "list", "search", "comment", "edit"),
        *("start", "why", "close", "reopen", "tell", "token", "link", "help"),
    ]
    one = await slack.command("help resolve", by=slack.ada)
    assert one.text == (
        "`/ticket resolve T-42 [your words]` — it is done; an agent has it then, if nobody had "
        "(only agents can)"
    )


async def test_help_of_one_verb_is_one_line(slack, desk_url):
    answer = await slack.command("help assign", by=slack.olga)

    assert answer.text.splitlines() == [
        "`/ticket assign T-42 @someone|me|nobody` — say who is to work on it; without a name, in a "
        "form"
    ]


async def test_help_of_an_unknown_verb_suggests_the_nearest(slack, desk_url):
    answer = await slack.command("help reslove", by=slack.ada)

    assert "Did you mean `/ticket resolve`?" in answer.text


async def test_words_that_would_do_nothing_are_not_swallowed(slack, file, program):
    await file()

    answer = await slack.command("claim 1 it is mine", by=slack.olga)

    assert "`claim` takes nothing but the ticket." in answer.text
    assert "`/ticket comment 1 it is mine`" in answer.text
    assert (await program.get("/api/tickets/1")).body["assignee"] is None


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("resolve 1 2 disks replaced", "resolved"),
        ("close 1 2 disks replaced", "closed"),
        ("start 1 2 disks replaced", "in_progress"),
    ],
)
async def test_words_after_a_change_are_a_comment_in_the_same_write(
    slack, file, program, database, line, status
):
    await file()
    before = (await database["tickets"].find_one({}))["version"]

    answer = await slack.command(line, by=slack.olga)
    again = await slack.command(line, by=slack.olga)

    assert "Your words are a comment of it." in answer.text
    assert "already" in again.text
    ticket = (await program.get("/api/tickets/1")).body
    assert ticket["status"] == status
    assert [comment["message"] for comment in ticket["comments"]] == ["2 disks replaced"] * 2
    document = await database["tickets"].find_one({})
    assert document["version"] == before + 1
    whats = [entry["what"] for entry in document["timeline"]]
    assert whats == ["created", "changed", "commented", "commented"]


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


@pytest.mark.parametrize(
    "typed", [" 1  Acme Networks", "1\u00a0Acme Networks", "1 on Acme Networks"]
)
async def test_whom_it_waits_for_is_named_after_any_blank(slack, file, program, typed):
    await file()

    answer = await slack.command(f"wait {typed}", by=slack.olga)

    assert answer.text == "T-1 is waiting for Acme Networks."


@pytest.mark.parametrize(
    "typed", ["2 h", "for 2h", "2 hours", "until tomorrow", "1.5h", "1d", "1w"]
)
async def test_alerts_are_snoozed_in_every_way_of_saying_a_time(slack, file, typed):
    await file()

    answer = await slack.command(f"snooze 1 {typed}", by=slack.olga)

    assert answer.text.startswith("T-1 is snoozed until")


@pytest.mark.parametrize("verb", ["why", "status"])
async def test_of_two_tickets_the_first_alone_is_offered(slack, desk_url, verb):
    answer = await slack.command(f"{verb} T-14 T-15", by=slack.olga)

    assert answer.text.startswith(f"One ticket at a time: `/ticket {verb} T-14`.")


@pytest.mark.parametrize(
    ("soon", "rings"), [(0, "2026-03-02 13:00 UTC"), (75, "2026-03-02 12:00 UTC")]
)
async def test_who_acknowledges_before_anything_rang_is_told_when_it_rings(
    slack, store, start, soon, rings
):
    async with start(soon_percent=soon):
        await slack.command("new high VPN is down", by=slack.ada)

        answer = await slack.command("ack 1", by=slack.olga)

        assert answer.text.startswith("T-1 is acknowledged. If nothing happens to it, it rings <")
        assert answer.text.endswith(f"|{rings}>.")


async def test_who_acknowledges_what_was_late_and_waits_is_told_of_no_ring(
    slack, file, clock, database
):
    await file()
    clock.forward(hours=4, milliseconds=1)
    await slack.until(lambda: any("is late" in one.text for one in slack.messages("#helpdesk")))
    await nothing_is_held(database)
    await slack.command("hold 1", by=slack.olga)

    answer = await slack.command("ack 1", by=slack.olga)

    assert answer.text == "T-1 is acknowledged."


async def test_what_waits_has_no_alerts_to_put_off(slack, file):
    await file()
    await slack.command("hold 1", by=slack.olga)

    answer = await slack.command("ack 1", by=slack.olga)

    assert answer.text == "T-1 is waiting, so it has no alerts to put off."


@pytest.mark.parametrize(
    ("hours", "until", "due"), [(0, "4h", False), (0, "5h", True), (5, "2h", False)]
)
async def test_who_snoozes_beyond_the_due_time_is_told(slack, file, clock, hours, until, due):
    await file(priority="high")
    clock.forward(hours=hours)

    answer = await slack.command(f"snooze 1 {until}", by=slack.olga)

    assert answer.text.startswith("T-1 is snoozed until <")
    assert ("It is due before that: <" in answer.text) is due
    assert answer.text.endswith("|2026-03-02 13:00 UTC>.") is (hours == 0)


async def test_status_says_who_put_its_alerts_off_as_long_as_that_holds(slack, file, clock):
    await file(priority="high")

    async def said(by=slack.olga):
        return words(await slack.command("status 1", by=by))

    await slack.command("ack 1", by=slack.olga)
    assert "Acknowledged by olga" in await said()
    assert "|2026-03-02 13:00 UTC> if nothing happens." in await said()
    assert "Acknowledged" not in await said(slack.ada)
    clock.forward(hours=1)
    assert "Acknowledged" not in await said()
    await slack.command("snooze 1 1h", by=slack.olga)
    assert "Snoozed by olga until" in await said()
    clock.forward(hours=1)
    assert "Snoozed" not in await said()


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


async def test_an_answer_has_the_buttons_its_reader_may_press(slack, file):
    await file(by=slack.ada)

    to_ada = await slack.command("status 1", by=slack.ada)
    to_olga = await slack.command("status 1", by=slack.olga)

    assert button_names(to_ada) == ["close", "edit"]
    assert button_names(to_olga) == ["claim", "start", "resolve", "close", "edit"]


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
