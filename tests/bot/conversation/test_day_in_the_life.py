"""A day at the desk: four people and two programs go through every door, and Slack tells of
everything twice. In the evening everybody reads the same, wherever they look, and nothing stands
anywhere twice."""

from collections import Counter

import pytest

from bot.slack.metadata import BOARD, LINE, NOTICE, REQUESTER_CARD
from core.people.accounts import Role
from core.tickets import Status, label
from localslack import Fault
from tests.bot.conftest import strict_slack, words
from tests.bot.conversation.doors import ASKED, DESK, Doors
from tests.conftest import SECRET, Caller, Tokens

PEOPLE = ("ada", "ben", "olga", "amir")

# By minutes after nine.
SCRIPT = [
    (0, lambda day: day.command("help", "olga")),
    (
        5,
        lambda day: day.by_message_shortcut(
            "printer", "The printer burns", "ada", made_by="olga", priority="high"
        ),
    ),
    (10, lambda day: day.say("printer", "Smoke comes out as well", "ada", ASKED)),
    (12, lambda day: day.press_on_card("printer", "claim", "olga")),
    (15, lambda day: day.say("printer", "Acme has parts", "olga", DESK, internal=True)),
    (20, lambda day: day.say("printer", "Have you tried water", "olga", ASKED)),
    (25, lambda day: day.edit("Smoke comes out as well", "Flames come out as well")),
    (30, lambda day: day.by_mention("projector", "the projector is dark", "ben")),
    (35, lambda day: day.verb("projector", "assign @olga", "amir")),
    (40, lambda day: day.by_direct_message("screen", "My screen flickers", "ben")),
    (45, lambda day: day.say("screen", "It began on Friday", "ben", ASKED)),
    (50, lambda day: day.reply("screen", "Try another cable", "olga")),
    (60, lambda day: day.by_command("vpn", "high VPN is down", "ada")),
    (62, lambda day: day.comment("vpn", "Nobody is in since nine", "ada")),
    (65, lambda day: day.command_about("vpn", "hold", "olga")),
    (95, lambda day: day.say("vpn", "It is the Berlin gateway", "ada", DESK)),
    (100, lambda day: day.by_form("key", "My key is lost", "ben", "low")),
    (105, lambda day: day.say("key", "It was on the blue ring", "ben", ASKED)),
    (110, lambda day: day.say("key", "We cut a new one", "olga", DESK, verb="reply")),
    (120, lambda day: day.by_reaction("mail", "Mail is slow", "ada", made_by="amir")),
    (125, lambda day: day.say("mail", "Mine crawls", "ben", ASKED)),
    (130, lambda day: day.add("mail", "Sending takes minutes", "ben", added_by="olga")),
    (135, lambda day: day.say("mail", "We empty it now", "amir", ASKED, verb="reply")),
    (140, lambda day: day.by_program("disk", "ada", "The disk is nearly full")),
    (145, lambda day: day.comment_by_program("disk", "We add another", "robot")),
    (
        150,
        lambda day: day.comment_by_program(
            "mail", "The queue holds nine thousand", "robot", internal=True
        ),
    ),
    (155, lambda day: day.command_about("mail", "prio high", "amir")),
    (160, lambda day: day.press_on_card("projector", "start", "olga")),
    (165, lambda day: day.comment("projector", "A lamp costs 200", "olga", verb="note")),
    (168, lambda day: day.say("projector", "Is it plugged in", "amir", ASKED)),
    (170, lambda day: day.withdraw("Is it plugged in")),
    (180, lambda day: day.by_global_shortcut("chair", "My chair squeaks", "amir", "low")),
    (190, lambda day: day.resolve_by_program("chair", "robot")),
    (195, lambda day: day.directly("chair", "reopen", "It squeaks still", "amir")),
    (250, lambda day: day.acknowledge_the_alert("printer", "olga")),
    (260, lambda day: day.say("printer", "It was the toaster", "olga", ASKED, verb="resolve")),
    (265, lambda day: day.say("printer", "Thank you all", "ada", ASKED)),
    (270, lambda day: day.reopen_where_it_was_told("ada")),
    (275, lambda day: day.press_on_card("printer", "resolve", "olga")),
    (280, lambda day: day.press_where_it_was_asked("projector", "close", "ben")),
    (285, lambda day: day.reword("vpn", "VPN is down in Berlin", "ada")),
    (290, lambda day: day.say("vpn", "We rebooted it", "amir", DESK, verb="resolve")),
]

# What is to come of it: of whom, who has it, its status and priority.
TICKETS = {
    "printer": ("The printer burns", "ada", "olga", "resolved", "high"),
    "projector": ("the projector is dark", "ben", "olga", "closed", "medium"),
    "screen": ("My screen flickers", "ben", None, "open", "medium"),
    "vpn": ("VPN is down in Berlin", "ada", "amir", "resolved", "high"),
    "key": ("My key is lost", "ben", None, "open", "low"),
    "mail": ("Mail is slow", "ada", None, "open", "high"),
    "disk": ("The disk is nearly full", "ada", None, "open", "medium"),
    "chair": ("My chair squeaks", "amir", None, "open", "low"),
}


@pytest.fixture
async def slack(clock):
    async with strict_slack(now=lambda: clock().timestamp()) as slack:
        slack.fail("event", Fault.repeated(), times=None)
        yield slack


@pytest.fixture
def signed_in(slack, desk_url, session, store, password_hash):
    """The programs of people in Slack."""

    async def caller(name, role=Role.USER):
        email = f"{name}@example.com"
        person = getattr(slack, name).id
        account = await store.accounts.link(
            person, name=name, email=email, password_hash=password_hash, role=role
        )
        headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
        return Caller(session, desk_url, account.id, email, headers)

    return caller


async def test_a_day_at_the_desk(slack, store, database, clock, program, signed_in, looked):
    await looked(1)
    readers = {name: await signed_in(name) for name in ("ada", "ben")}
    day = Doors(slack, store, database, readers | {"robot": program})
    before = 0
    for minute, step in SCRIPT:
        clock.forward(minutes=minute - before)
        before = minute
        await step(day)
        await day.settled()
    await looked()
    await day.settled()

    accounts = {one["_id"]: one async for one in database.accounts.find()}
    names = {str(id): one["name"].lower() for id, one in accounts.items()}
    kept = await database.tickets.find().sort("number").to_list()
    assert [facts(one) for one in kept] == list(TICKETS.values())
    for name, ticket in zip(TICKETS, kept, strict=True):
        said_is_kept_once(day, name, ticket)
        the_timeline_tells_how_it_came_to_be(day, name, ticket)
        what_stands_in_slack_is_the_same(day, name, ticket)
        await programs_read_the_same(day, name, program, names, notes=True)
        for person, reader in readers.items():
            if person == TICKETS[name][1]:
                await programs_read_the_same(day, name, reader, names, notes=False)
            else:
                assert (await reader.get(f"/api/tickets/{day.keys[name]}")).status == 404
    nothing_was_said_twice(slack)
    for gone in ("Smoke comes out", "plugged in"):
        everywhere = [words(one) for one in slack.workspace.messages if not one.deleted]
        assert gone not in f"{kept} {everywhere}"
    for name in PEOPLE:
        await who_asks_is_told_the_same(day, name)


def facts(ticket):
    assignee = ticket["assignee"] and ticket["assignee"]["name"]
    return (
        ticket["title"],
        ticket["requester"]["name"],
        assignee,
        ticket["status"],
        ticket["priority"],
    )


def said_on(day, name, *, notes=True):
    """In the order in which it was said."""
    return [word for word in day.books if word.ticket == name and (notes or not word.internal)]


def said_is_kept_once(day, name, ticket):
    assert [
        (one["message"], one["author"]["name"].lower(), one.get("internal", False))
        for one in sorted(ticket["comments"], key=lambda one: one["created_at"])
    ] == [
        ("" if word.withdrawn else word.words, word.who, word.internal)
        for word in said_on(day, name)
    ]


def the_timeline_tells_how_it_came_to_be(day, name, ticket):
    """From the first value of each field to what it is now, and of each word once."""
    told, fields = Counter(entry["what"] for entry in ticket["timeline"]), {}
    for entry in ticket["timeline"]:
        for field, change in entry.get("changes", {}).items():
            assert fields.get(field, change["old"]) == change["old"]
            fields[field] = change["new"]
    assert {name: ticket[name] for name in fields} == fields
    said = said_on(day, name)
    assert told["created"] == 1
    assert told["noted"] == sum(word.internal for word in said)
    assert told["commented"] == sum(not word.internal for word in said)
    assert told["edited"] == sum(word.edits for word in said)
    assert told["withdrawn"] == sum(word.withdrawn for word in said)


def what_stands_in_slack_is_the_same(day, name, ticket):
    title, requester, assignee, status, priority = TICKETS[name]
    card, asked = day.card(name), day.asked[name]
    done = Status(status).finished
    who = f", with <@{day.person(assignee).id}>" if assignee else ", nobody has it"
    urgent = "" if done else f", {priority} priority"
    assert card.text.startswith(f"{day.keys[name]} {title} (")
    assert card.text.endswith(f"{label(Status(status))}{who}{urgent})")
    under_card = day.slack.thread(card)
    if ticket.get("source") is None:
        place = day.slack.direct_messages(day.person(requester))
    else:
        place = day.slack.thread(asked)
        [theirs] = [one for one in place if kind(one) == REQUESTER_CARD]
        assert theirs.text == card.text
    for word in said_on(day, name):
        there = bool(word.where == ASKED or word.who != requester or ticket.get("source"))
        assert standing(word, under_card) == (not word.withdrawn)
        assert standing(word, place) == (there and not word.internal and not word.withdrawn)
    lines = [one for one in (*under_card, *place) if kind(one) == LINE]
    assert sum("withdrew what was said here" in words(one) for one in lines) == sum(
        word.withdrawn for word in said_on(day, name)
    )


def kind(message):
    return (message.metadata or {}).get("event_type")


def standing(word, messages):
    """How many of them say it, on their own account."""
    return sum(word.words in words(one) for one in messages if kind(one) in (None, LINE, NOTICE))


async def programs_read_the_same(day, name, reader, names, *, notes):
    at = f"/api/tickets/{day.keys[name]}"
    said = [
        ("" if word.withdrawn else word.words, word.who, word.internal)
        for word in said_on(day, name, notes=notes)
    ]
    found = (await reader.get(at)).body
    page = (await reader.get(f"{at}/comments")).body["items"]
    for comments in (found["comments"], page):
        assert [
            (one["message"], names[one["author"]["_id"]], one.get("internal", False))
            for one in sorted(comments, key=lambda one: one["created_at"])
        ] == said
    assert found["comments_count"] == len(said)
    assert facts(found) == TICKETS[name]
    clock = (await reader.get(f"{at}/clock")).body
    spans = clock["spans"]
    assert [span["since"] for span in spans[1:]] == [span["until"] for span in spans[:-1]]
    assert (spans[0]["since"], spans[-1]["until"]) == (found["created_at"], clock["at"])
    assert clock["resolution"]["due"] == found["sla_due"]
    waited = sum(span["milliseconds"] for span in spans if span["kind"] == "waiting")
    assert waited == (30 * 60_000 if name == "vpn" else 0)


async def who_asks_is_told_the_same(day, who):
    """A list of what is theirs and not done, and each of them with what was said last."""
    person, sees_all = day.person(who), who in ("olga", "amir")
    shown = words((await day.slack.command("list mine", by=person)).message)
    for name, (title, requester, assignee, status, _) in TICKETS.items():
        theirs = who in (requester, assignee) and not Status(status).finished
        assert (f"{day.keys[name]} {title}" in shown) == theirs
        answer = await day.slack.command(f"status {day.keys[name]}", by=person)
        if not (sees_all or requester == who):
            assert "There is no such ticket, or it is not yours" in answer.text
            continue
        assert answer.text == day.card(name).text
        latest = said_on(day, name, notes=sees_all)[-3:]
        details = words(answer.message)
        for word in said_on(day, name):
            assert (word.words in details) == (word in latest and not word.withdrawn), word


def nothing_was_said_twice(slack):
    """The board says each time that a ticket is resolved."""
    said = Counter(
        (one.channel.name, one.thread_ts, one.ephemeral_to, one.text)
        for one in slack.workspace.messages
        if one.from_bot and kind(one) != BOARD
    )
    assert [told for told, times in said.items() if times > 1] == []
    gone = [one for one in slack.workspace.messages if one.from_bot and one.deleted]
    assert gone == [], "what was posted twice and swept"
