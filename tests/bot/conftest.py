"""The whole desk, running, with the strict local Slack on the other side of real HTTP."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.serving import serving
from core.accounts import Registration, Role, Via
from core.settings import Settings
from core.tickets import NewTicket, Priority
from localslack import local_slack
from tests.conftest import SECRET, Caller, Tokens
from tests.slack_schema import sent

MANIFEST = Path(__file__).parents[2] / "manifest.yml"
SIGNING_SECRET = "a-signing-secret"
BOT_TOKEN = "xoxb-local"


@pytest.fixture
async def slack():
    """A workspace without a bot yet. Nothing that Slack would object to may have been sent."""
    async with local_slack(
        manifest=MANIFEST, signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN
    ) as slack:
        yield slack
        assert slack.problems == []
        assert sent.objections(slack) == []


@pytest.fixture
def client(slack):
    """The bot's way to Slack, which repeats nothing."""
    return AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def settings(slack, mongo_uri, tmp_path):
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
        HELPDESK_SCAN_SECONDS=0.05,
        HELPDESK_DIGEST_TIME="off",
        HELPDESK_ALERT_POST_SECONDS=0.5,
        HELPDESK_ALERT_LEASE_SECONDS=1.2,
        HELPDESK_ALERT_HISTORY_SECONDS=0.1,
        HELPDESK_DATA=tmp_path,
    )


@pytest.fixture
def start(slack, settings, clock):
    """Starts one more desk on the same database; Slack calls the one that started last."""

    @asynccontextmanager
    async def started(**changed):
        settings_now = settings.model_copy(update=changed)
        async with serving(settings_now, clock=clock, pause=0) as served:
            slack.events_url = f"{served.address}/slack/events"
            yield served.address

    return started


@pytest.fixture
async def desk_url(store, start):
    """The address of a desk that is connected to the local Slack."""
    async with start() as address:
        yield address


@pytest.fixture
async def program(session, desk_url, people):
    """A program with an agent's token."""
    new = Registration(
        name="Robot", email="robot@example.com", password="correct-horse", role=Role.AGENT
    )
    account = await people.add(new)
    headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
    return Caller(session, desk_url, account.id, account.email, headers)


@pytest.fixture
def file(slack, desk_url):
    """Files a ticket as a requester would, and gives the message of its card."""

    async def filed(title="VPN is down", *, priority="high", by=None):
        answer = await slack.command(f"new {priority} {title}", by=by or slack.ada)
        assert "is filed" in answer.text, answer.text
        number = answer.text.split("*")[1]
        return await slack.until(lambda: card_of(slack, number))

    return filed


@pytest.fixture
def filed_without_cards(desk):
    """Files so many on the same database, by way of a desk without Slack."""

    async def filed(count):
        by = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
        for number in range(count):
            new = NewTicket(title=f"VPN {number}", priority=Priority.HIGH)
            await desk.open_ticket(new, by=by._replace(role=Role.AGENT))

    return filed


@pytest.fixture
def a_few_scans(settings):
    """Long enough for a repeat to have come: a lease, the time of doubt, and some scans."""
    doubt = settings.alert_post_seconds + settings.alert_history_seconds

    async def passed():
        await asyncio.sleep(settings.alert_lease_seconds + doubt + settings.scan_seconds * 4)

    return passed


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
