"""In how many ways people type one thing: each line does what was meant, in the whole desk."""

import pytest


@pytest.fixture
async def said(slack, desk_url, filed_without_cards):
    """What Olga gets for a command, of a desk with thirteen tickets: an answer, or a form."""
    await filed_without_cards(13)

    async def done(typed):
        answer = await slack.command(typed, by=slack.olga)
        form = await slack.until(
            lambda: answer.messages or slack.workspace.views.before(slack.olga, answer.trigger_id)
        )
        return answer.text if answer.messages else form

    return done


@pytest.fixture
def ticket(database):
    async def found(number=12):
        return await database["tickets"].find_one({"number": number})

    return found


ANSWERED = [
    ("?", "`/ticket new [low|medium|high] [title]`"),
    ("T-12", "T-12 VPN 11 (open, nobody has it"),
    ("12", "T-12 VPN 11 (open, nobody has it"),
    ("show 12", "T-12 VPN 11 (open, nobody has it"),
    ("info 12", "T-12 VPN 11 (open, nobody has it"),
    ("status\n12", "T-12 VPN 11 (open, nobody has it"),
    ("mine", "Tickets (mine), 1 to 10 of 13"),
    ("status mine", "Tickets (mine), 1 to 10 of 13"),
    ("list high priority", "Tickets (high), 1 to 10 of 13"),
    ("list open tickets", "Tickets (open), 1 to 10 of 13"),
    ("list late", "There are no late tickets."),
    ("list in progress", "There are no in progress tickets."),
    ("delete 12", "Tickets are not deleted. `/ticket close 12` is for one that is over."),
    ("sla try high 2h", "13 tickets of the last 90 days:"),
    ("report 30 days", "*The tickets of the last 30 days:*"),
    ("help resolve", "`/ticket resolve T-42 [your words]`"),
    ("help with /ticket assign", "`/ticket assign T-42 @someone|me|nobody`"),
    ("help asign please", "There is no command asign. Did you mean `/ticket assign"),
    ("status <12>", "T-12 VPN 11 (open, nobody has it"),
    ("acknowledge 12", "T-12 is acknowledged."),
]


async def test_a_line_is_answered(said):
    for typed, answer in ANSWERED:
        assert (await said(typed)).startswith(answer), typed


FORMS = [
    ("VPN is down", "VPN is down"),
    ("create VPN is down", "VPN is down"),
    ("help my printer is on fire", "my printer is on fire"),
    ("help low disk space on srv1", "low disk space on srv1"),
    ("edit 12 title VPN", "VPN"),
]


async def test_a_line_opens_a_form_with_its_words(said):
    for typed, title in FORMS:
        form = await said(typed)

        [field] = [block["element"] for block in form.blocks if block.get("block_id") == "title"]
        assert field["initial_value"] == title, typed


DONE = [
    ("take 12", {"assignee": "olga"}),
    ("assign 12 to me", {"assignee": "olga"}),
    ("assign 12 to @amir please", {"assignee": "amir"}),
    ("close 12 fixed by a reboot", {"status": "closed", "comments": ["fixed by a reboot"]}),
    ("resolve 12 rebooted", {"status": "resolved", "comments": ["rebooted"]}),
    ("done 12", {"status": "resolved", "comments": []}),
    ("prio 12 to low", {"priority": "low"}),
    ("prio 12 to high", {"priority": "high"}),
    ("comment 12: still broken", {"comments": ["still broken"]}),
    ("reply 12 still broken", {"comments": ["still broken"]}),
    ("reply 12 ask ann@example.com", {"comments": ["ask ann@example.com"]}),
    ("wait  12  Acme Networks", {"status": "waiting", "waiting_for": "Acme Networks"}),
    ("wait\u00a012\u00a0on\u00a0Acme", {"status": "waiting", "waiting_for": "Acme"}),
    ("wait 12 for", {"status": "waiting", "waiting_for": "requester"}),
    ("wait 12 to be delivered", {"status": "waiting", "waiting_for": "to be delivered"}),
    ("wait 12 for @amir", {"status": "waiting", "waiting_for": "amir"}),
    ("wait 12 for @amir and Acme", {"status": "waiting", "waiting_for": "@amir and Acme"}),
]


async def test_a_line_does_what_was_meant(said, filed_without_cards, ticket):
    await filed_without_cards(len(DONE))
    for number, (typed, fields) in enumerate(DONE, 14):
        await said(typed.replace("12", str(number)))

        found = await ticket(number)
        found |= {
            "assignee": (found["assignee"] or {}).get("name"),
            "comments": [comment["message"] for comment in found["comments"]],
        }
        assert {name: found[name] for name in fields} == fields, typed


async def test_two_tickets_are_each_answered_for(said, ticket):
    assert await said("close 12, 13") == "T-12 is closed.\nT-13 is closed."
    assert [(await ticket(number))["status"] for number in (12, 13)] == ["closed", "closed"]


FILED = [
    ("new high: VPN is down", "VPN is down", "high"),
    ("new low battery in UPS 3", "battery in UPS 3", "low"),
    ("new high Mail to ann@example.com bounces", "Mail to ann@example.com bounces", "high"),
    ("new high intranet.example is down", "intranet.example is down", "high"),
    ("new high See #private-ops for details", "See #C0OPS for details", "high"),
    ("new high @here is used by @oncall", "@here is used by @oncall", "high"),
]


async def test_a_line_files(said, ticket):
    for number, (typed, title, priority) in enumerate(FILED, 14):
        assert await said(typed)

        filed = await ticket(number)
        assert (filed["title"], filed["priority"]) == (title, priority), typed


REFUSED = [
    ("resolve 12 rebooted it", "T-12 is closed; reopen it before it can be resolved."),
    ("assign 12 @amir he knows it", "This takes tickets and one person;"),
    ("prio 12 urgent, I think", "The priority must be low, medium or high."),
    ("snooze 12 until Ann is back", "Say 30m, 2h or tomorrow."),
    ("comment 99 no", "There is no such ticket, or it is not yours to see."),
    ("x" * 50, f"There is no command {'x' * 30}."),
]


async def test_what_is_refused_is_given_back_to_be_sent_once_more(said, ticket):
    await said("close 12")
    for typed, why in REFUSED:
        answer = await said(typed)

        assert answer.startswith(why), typed
        assert answer.endswith(f"You typed:\n```/ticket {typed}```"), typed


async def test_the_words_for_those_that_failed_are_given_back(said, ticket):
    await said("close 12")

    answer = await said("resolve 12, 13 rebooted it")

    assert answer.splitlines() == [
        "12: T-12 is closed; reopen it before it can be resolved.",
        "T-13 is resolved and assigned to <@U0OLGA>. Your words are a comment of it.",
        "Your words, to send once more:",
        "```/ticket resolve 12 rebooted it```",
    ]


async def test_a_heart_is_no_ticket(said, ticket):
    await said("close 12 <3")

    assert (await ticket(3))["status"] == "open"
    assert [comment["message"] for comment in (await ticket())["comments"]] == ["<3"]
