"""What reached the desk from real people, to the letter as Slack hands it on: tokens, blanks and
signs that nobody sees. Each line does what it means; `{n}` is a ticket of its own."""

import json
from datetime import timedelta

import pytest

from tests.support.slack_requests import command, send

SHOWN = [
    "status\n{n}",
    "status\t{n}",
    "status\u00a0{n}",
    "status\u3000{n}",
    "status {n}\u200b",
    "status \u2060T-{n}",
    "status *T-{n}*",
    "status T-{n}.",
    "status T\u2011{n}",
    "status T{n}",
    "status <tel:{n}|{n}>",
]
DONE = [
    ("comment\u00a0{n}\u00a0it\u00a0is back", {"comments": ["it\u00a0is back"]}),
    ("wait  {n}  Acme Networks", {"waiting_for": "Acme Networks"}),
    ("wait {n}\u00a0Acme Networks", {"waiting_for": "Acme Networks"}),
    ("wait {n} on Acme", {"waiting_for": "Acme"}),
    ("assign {n} to <@U0AMIR|amir>", {"assignee": "U0AMIR"}),
    ("assign {n} <@U0AMIR|amir> please", {"assignee": "U0AMIR"}),
    ("assign {n} @amir", {"assignee": "U0AMIR"}),
    ("snooze {n} 2 h", {"snoozed": 120}),
    ("snooze {n} for 2h", {"snoozed": 120}),
    ("snooze {n} 2 hours", {"snoozed": 120}),
    ("snooze {n} 1 hour", {"snoozed": 60}),
    ("snooze {n} 90 min", {"snoozed": 90}),
    ("snooze {n} 1.5h", {"snoozed": 90}),
    ("snooze {n} 1d", {"snoozed": 1440}),
    ("snooze {n} 1w", {"snoozed": 10080}),
    ("snooze {n} an hour", {"snoozed": 60}),
    ("snooze {n} \uff12h", {"snoozed": 120}),
    ("snooze {n} 1h 30", {"snoozed": 90}),
]
FILED = [
    ("new\u00a0high\u00a0Printer on fire", "Printer on fire"),
    ("new\nhigh Printer on fire", "Printer on fire"),
    (
        "new high Mail to <mailto:ann@example.com|ann@example.com> bounces",
        "Mail to ann@example.com bounces",
    ),
    ("new high <http://intranet.example|intranet.example> is down", "intranet.example is down"),
    ("new high See <#C0PRIV|> for details", "See #C0PRIV for details"),
    ("new high <!here> is used by everybody", "@here is used by everybody"),
    ("new high <ftp://files.example/x|files> and <slack://open|Slack>", "files and Slack"),
    ("new high Ask <!subteam^S0ONCALL|@oncall> first", "Ask @oncall first"),
    ("new high Call <tel:+4930123|+49 30 123>", "Call +49 30 123"),
]


@pytest.fixture
def typed(slack, desk_url):
    """What the desk answers to these very signs of Olga's."""

    async def done(text, trigger):
        reply = await send(slack, command(text=text, user_id="U0OLGA", trigger_id=f"1.2.{trigger}"))
        assert reply.status == 200, text
        return json.loads(reply.body)["text"]

    return done


@pytest.fixture
def ticket(database):
    async def found(number):
        row = await database["tickets"].find_one({"number": number})
        snoozed = (row.get("alert") or {}).get("snoozed")
        return row | {
            "assignee": (row["assignee"] or {}).get("slack_id"),
            "comments": [comment["message"] for comment in row["comments"]],
            "snoozed": snoozed and (snoozed["until"] - snoozed["at"]) / timedelta(minutes=1),
        }

    return found


async def test_a_ticket_is_named_in_each_of_these_ways(typed, filed_without_cards):
    await filed_without_cards(1)

    for number, line in enumerate(SHOWN):
        assert (await typed(line.format(n=1), number)).startswith("T-1 VPN 0 (open,"), line


async def test_each_of_these_lines_does_what_it_means(slack, typed, filed_without_cards, ticket):
    await slack.command("help", by=slack.amir)
    await filed_without_cards(len(DONE))

    for number, (line, fields) in enumerate(DONE, 1):
        said = await typed(line.format(n=number), number)

        found = await ticket(number)
        assert {name: found[name] for name in fields} == fields, (line, said)


async def test_a_title_is_what_its_author_saw(typed, ticket):
    for number, (line, title) in enumerate(FILED, 1):
        assert f"T-{number} is filed" in await typed(line, number)

        filed = await ticket(number)
        assert (filed["title"], filed["priority"]) == (title, "high")


async def test_lines_after_the_first_are_the_description(typed, ticket):
    await typed("new high VPN is down\nSince nine\nBoth floors", 1)

    filed = await ticket(1)
    assert (filed["title"], filed["description"]) == ("VPN is down", "Since nine\nBoth floors")


async def test_a_group_has_no_ticket_and_that_is_said(typed, filed_without_cards):
    await filed_without_cards(1)

    assert "group" in await typed("assign 1 <!subteam^S0ONCALL|@oncall>", 1)
