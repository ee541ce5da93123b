"""The whole desk, running, with the strict local Slack on the other side of real HTTP."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from bson import ObjectId
from slack_sdk.web.async_client import AsyncWebClient

from bot.serving import serving
from core.people.accounts import Role, Via
from core.settings import Settings
from core.tickets import NewTicket, Priority
from localslack import Manifest, local_slack
from tests.conftest import LONGEST_WAIT, SECRET, Caller, Tokens
from tests.slack_schema import sent
from tests.support.deliveries import nothing_is_held
from tests.support.scans import a_few_scans, drained, looked  # noqa: F401 - fixtures

MANIFEST = Manifest.read(Path(__file__).parents[2] / "manifest.yml")
SIGNING_SECRET = "a-signing-secret"
BOT_TOKEN = "xoxb-local"
# Slack waits three seconds for an answer; how long a busy machine takes is nobody's fault here.
PATIENCE = 60
# On no machine a post takes that long by itself; and who moves the clock has the desk look.
PATIENT = {
    "HELPDESK_SCAN_SECONDS": 0.5,
    "HELPDESK_ALERT_POST_SECONDS": 20,
    "HELPDESK_ALERT_LEASE_SECONDS": 45,
    "HELPDESK_ALERT_HISTORY_SECONDS": 0.1,
}


def with_timing(name, post, lease):
    timing = {
        "HELPDESK_SCAN_SECONDS": 0.05,
        "HELPDESK_ALERT_POST_SECONDS": post,
        "HELPDESK_ALERT_LEASE_SECONDS": lease,
    }
    return pytest.mark.parametrize("timing", [PATIENT | timing], ids=[name])


# Jobs that no clock starts: that of indexes, and those that the scan wakes, if they have to do.
OF_NO_CLOCK = {
    "alerts",
    "board",
    "cards",
    "in doubt",
    "indexes",
    "receipts",
    "repeats",
    "timelines",
    "waiting",
}
# For tests in which it gets lost whether a post arrived, and that wait until this is looked into.
impatient = with_timing("impatient", post=0.5, lease=1.2)


@asynccontextmanager
async def strict_slack(manifest=MANIFEST, **more):
    """A workspace without a bot yet. Nothing that Slack would object to may have been sent."""
    async with local_slack(
        manifest=manifest,
        signing_secret=SIGNING_SECRET,
        bot_token=BOT_TOKEN,
        patience=PATIENCE,
        **more,
    ) as slack:
        # So that a name is the same whether the desk has asked for it by now or knows it from a
        # command.
        for id, person in slack.workspace.people.items():
            slack.workspace.people[id] = replace(person, display_name=person.name)
        yield slack
        assert slack.problems == []
        assert sent.objections(slack) == []
        assert sent.named_signs(slack) == []


@pytest.fixture
async def slack():
    async with strict_slack() as slack:
        yield slack


@pytest.fixture
def client(slack):
    """The bot's way to Slack, which repeats nothing."""
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def timing():
    return PATIENT


@pytest.fixture
def settings(slack, mongo_uri, database, tmp_path, timing):
    return Settings(
        _env_file=None,
        PORT=0,
        MONGO_URI=mongo_uri,
        JWT_SECRET=SECRET,
        SLACK_BOT_TOKEN=BOT_TOKEN,
        SLACK_SIGNING_SECRET=SIGNING_SECRET,
        SLACK_API_URL=slack.api_url,
        HELPDESK_ALERT_CHANNEL=slack.helpdesk.id,
        HELPDESK_AGENTS=slack.olga.id,
        HELPDESK_ADMINS=slack.amir.id,
        HELPDESK_SOON_PERCENT=0,
        HELPDESK_DIGEST_TIME="off",
        HELPDESK_DATA=tmp_path,
        HELPDESK_RATE_LIMIT="off",
        HELPDESK_ANONYMOUS_RATE_LIMIT="off",
        **timing,
    )


@pytest.fixture
def jobs(clock):
    """Of all desks that run: they look when the clock is moved."""
    jobs = []

    def wake():
        for job in jobs:
            if job.name not in OF_NO_CLOCK:
                job.wake()

    clock.moved = wake
    return jobs


@pytest.fixture
def expire(expire, clock):
    """As everywhere; and all that run look."""

    async def done(*, held=True):
        await expire(held=held)
        clock.moved()

    return done


@pytest.fixture
def start(slack, settings, clock, jobs):
    """Starts one more desk on the same database; Slack calls the one that started last."""

    @asynccontextmanager
    async def started(**changed):
        settings_now = settings.model_copy(update=changed)
        async with serving(settings_now, clock=clock, pause=0) as served:
            slack.events_url = f"{served.address}/slack/events"
            jobs.extend(served.jobs)
            await asked_at_the_start(slack, served.jobs)
            try:
                yield served.address
            finally:
                for job in served.jobs:
                    jobs.remove(job)

    return started


async def asked_at_the_start(slack, jobs):
    """What a desk asks of its own accord meets no fault of a test's, and is no call that counts."""
    [job] = [job for job in jobs if job.name == "channels"]
    async with asyncio.timeout(LONGEST_WAIT):
        while not job.runs:
            await asyncio.sleep(0.01)
    for call in slack.calls_of("conversations.history"):
        if call.given.get("limit") == "1":
            slack.records.calls.remove(call)


@pytest.fixture
async def desk_url(store, start):
    """The address of a desk that is connected to the local Slack."""
    async with start() as address:
        yield address


@pytest.fixture
async def program(session, desk_url, store, password_hash):
    """A program with an agent's token."""
    account = await store.accounts.add(
        name="Robot", email="robot@example.com", password_hash=password_hash, role=Role.AGENT
    )
    headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
    return Caller(session, desk_url, account.id, account.email, headers)


@pytest.fixture
def file(slack, desk_url):
    """Files a ticket as a requester would, and gives the message of its card."""

    async def filed(title="VPN is down", *, priority="high", by=None):
        answer = await slack.command(f"new {priority} {title}", by=by or slack.ada)
        assert "is filed" in answer.text, answer.text
        number = answer.text.split(" ")[0]
        return await slack.until(lambda: card_of(slack, number))

    return filed


@pytest.fixture
async def filed_without_cards(desk, database):
    """Files so many on the same database, by way of a desk without Slack, and owes no cards.

    The first is filed; the others are as that one is then, since filing hundreds takes a while.
    """
    no_cards = {"$set": {"deliveries.$[card].due": None, "deliveries.$[card].shows": 1}}
    cards = [{"card.kind": "card", "card.ts": None}]

    async def filed(count):
        by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
        new = NewTicket(title="VPN 0", priority=Priority.HIGH)
        await desk.open_ticket(new, by=by._replace(role=Role.AGENT))
        first = await database["tickets"].find_one(sort={"number": -1})
        alerts = [one for one in first["deliveries"] if one["kind"] == "alert"]
        card = {"id": "card", "kind": "card", "wants": 1, "shows": 1, "due": None}
        # Whatever a desk that runs does with the first by now.
        first |= {"deliveries": [card, *alerts], "delivery": {"due": first["delivery"]["due"]}}
        if others := [
            first | {"_id": ObjectId(), "number": first["number"] + more, "title": f"VPN {more}"}
            for more in range(1, count)
        ]:
            await database["tickets"].insert_many(others)
            await database["counters"].update_one({}, {"$inc": {"last": len(others)}})
        await database["tickets"].update_many({}, no_cards, array_filters=cards)
        # Whoever was about to post one holds its ticket, alert and all.
        await nothing_is_held(database)

    yield filed
    # Nor does the end wait for those that an alert has asked for.
    await database["tickets"].update_many({}, no_cards, array_filters=cards)


def card_of(slack, key):
    """The card of a ticket in the helpdesk channel, if it is there."""
    cards = [
        message
        for message in slack.messages("#helpdesk")
        if (message.metadata or {}).get("event_type") == "helpdesk_card"
        and message.text.startswith(f"{key} ")
    ]
    assert len(cards) <= 1, "a ticket has one card"
    return cards[0] if cards else None


def words(message):
    """All that a message says, in its text and in its blocks."""
    return f"{message.text}\n{message.blocks}\n" + "\n".join(map(rich_words, message.blocks))


def rich_words(block):
    """What a rich text says, with people and moments as mrkdwn has them; else nothing."""
    if block["type"] != "rich_text":
        return ""
    return "".join(
        {
            "text": lambda piece: piece["text"],
            "user": lambda piece: f"<@{piece['user_id']}>",
            "emoji": lambda piece: f":{piece['name']}:",
            "date": lambda piece: piece["fallback"],
            "link": lambda piece: piece["text"],
        }[piece["type"]](piece)
        for part in block["elements"]
        for piece in part["elements"]
    )


def live(message):
    """What of a message Slack reads for signs and mentions: all but the texts of rich text."""
    return str([message.text, without_texts(message.blocks)])


def without_texts(value):
    if isinstance(value, dict):
        rich = value.get("type") == "text"
        return {
            name: without_texts(part) for name, part in value.items() if not rich or name != "text"
        }
    return [without_texts(part) for part in value] if isinstance(value, list) else value


def preset(form, field):
    """What a form's field holds before anybody types."""
    block = next(block for block in form.blocks if block.get("block_id") == field)
    chosen = block["element"].get("initial_option")
    return chosen["value"] if chosen else block["element"].get("initial_value", "")


def button_names(message):
    return [
        element["action_id"]
        for block in message.blocks
        if block["type"] == "actions"
        for element in block["elements"]
    ]
