"""What must fail, fails: otherwise the books would prove nothing."""

import signal
from contextlib import suppress

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api_errors import UNREADABLE
from core.desk import Desk
from core.desk.people.people import People
from core.errors import Unavailable
from core.people.accounts import Role, Via
from core.people.passwords import Passwords
from core.sla import Policy, Sla
from core.store import open_store
from core.tickets import NewTicket, Priority
from localslack import Fault, local_slack
from tests.bot.conftest import BOT_TOKEN, MANIFEST, SIGNING_SECRET
from tests.faults.blows import POST
from tests.faults.ledger import Ledger, identity, misannounced
from tests.faults.world import world_of


async def file(store, title):
    """As the desk files it, and acknowledges it when that returns."""
    passwords = Passwords()
    try:
        people = People(store.accounts, passwords, staff={"U0OLGA": Role.AGENT}, min_password=6)
        sla = Sla(Policy.of_hours(resolution={"high": 0.0001, "medium": 24, "low": 48}))
        by = (await people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
        new = NewTicket(title=title, priority=Priority.HIGH)
        return (await Desk(store.tickets, people, sla).open_ticket(new, by=by)).ticket.id
    finally:
        passwords.close()


@pytest.fixture
async def slack():
    async with local_slack(
        manifest=MANIFEST, signing_secret=SIGNING_SECRET, bot_token=BOT_TOKEN
    ) as slack:
        yield slack


async def test_a_loop_that_posts_and_then_marks_doubles(slack, store, database):
    for number in range(3):
        await file(store, f"ticket {number}")
    tickets, channel = database["tickets"], slack.helpdesk.id
    client = AsyncWebClient(BOT_TOKEN, base_url=slack.api_url, retry_handlers=[])
    slack.fail(POST, Fault.cut_after(), times=2)

    for _ in range(3):
        for late in await tickets.find({"marked": None}).to_list():
            payload = {"alerts": [identity(late, channel)]}
            metadata = {"event_type": "helpdesk_alert", "event_payload": payload}
            with suppress(SlackApiError, *UNREADABLE):
                await client.chat_postMessage(channel=channel, text="late", metadata=metadata)
                await tickets.update_one({"_id": late["_id"]}, {"$set": {"marked": True}})

    wrong = await misannounced(slack, database)
    assert len([each for each in wrong if "announced 2 times" in each]) == 2


@pytest.mark.faults
@pytest.mark.parametrize("safe", [False, True], ids=["w-1", "w-majority"])
async def test_what_one_member_alone_acknowledged_is_lost_with_it(tmp_path, safe):
    less = {} if safe else {"w": 1, "journal": False, "readConcernLevel": "local"}
    ledger = Ledger()
    async with (
        world_of(tmp_path, members=3, desks=0) as world,
        open_store(world.mongo.uri, timeoutMS=2000, **less) as store,
    ):
        await file(store, "replicated")
        secondaries = await world.mongo.secondaries()
        for secondary in secondaries:
            await secondary.failpoint("stopReplProducer", "alwaysOn")
        for number in range(5):
            with suppress(Unavailable):
                ledger.filed[f"ticket {number}"] = await file(store, f"ticket {number}")
        await (await world.mongo.primary()).ended(signal.SIGKILL)
        for secondary in secondaries:
            await secondary.failpoint("stopReplProducer", "off")
        await world.mongo.healthy()

        wrong = await ledger.breaches(world.database)

    if safe:
        assert (ledger.acknowledged, wrong) == (0, [])
    else:
        assert ledger.acknowledged == len(wrong) == 5
