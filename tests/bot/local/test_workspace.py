"""Without a workspace the desk starts a Slack of its own, and is wired to it as to Slack."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from bot.local.samples import UNTIL_LATE
from bot.serving import serving
from core.people.accounts import Via
from core.settings import BadSettings, Settings
from core.store.delivery.changes import sent
from core.store.delivery.deliveries import Posted
from core.tickets import NewTicket
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import card_of, words
from tests.conftest import SECRET
from tests.support.deliveries import nothing_is_owed

KEYS = [f"T-{number}" for number in range(1, 7)]


@pytest.fixture
def settings(mongo_uri, tmp_path):
    return Settings(
        _env_file=None,
        PORT=0,
        HELPDESK_LOCAL_SLACK_PORT=0,
        MONGO_URI=mongo_uri,
        JWT_SECRET=SECRET,
        HELPDESK_SOON_PERCENT=0,
        HELPDESK_SCAN_SECONDS=0.05,
        HELPDESK_DIGEST_TIME="off",
        HELPDESK_DATA=tmp_path,
        HELPDESK_RATE_LIMIT="off",
        HELPDESK_ANONYMOUS_RATE_LIMIT="off",
    )


@pytest.fixture
def start(settings, clock, store, jobs):
    """Starts a desk with a Slack of its own, and gives that; it objects to nothing it was sent."""

    @asynccontextmanager
    async def started(*, samples=False, **changed):
        settings_now = settings.model_copy(update=changed)
        async with serving(settings_now, clock=clock, samples=samples) as served:
            slack = served.local.slack
            jobs[:] = served.jobs
            yield slack
            assert slack.problems == []

    return started


@pytest.fixture
def file(desk):
    """Files a ticket with a desk that nobody is connected to."""

    async def filed(title="VPN is down"):
        ada = (await desk.people.slack_user("U0ADA", name="ada")).acting(Via.SLACK)
        return (await desk.open_ticket(NewTicket(title=title), by=ada)).ticket

    return filed


@pytest.fixture
def posted_in(file, store):
    """A ticket whose card was posted in this channel."""

    async def posted(channel):
        await file()
        long = timedelta(seconds=20)
        [card] = await store.owed.claim(["card"], lease=long, doubt=long)
        posted = Posted(channel, "1764000000.000100", alone=True)
        await store.owed.settle(card, [(card, sent(card, posted))])

    return posted


def states(slack):
    """How each sample's card says its ticket stands, by key."""
    return {key: card_of(slack, key).text for key in KEYS}


async def test_the_local_slack_is_on_loopback_and_its_people_file_and_resolve(start):
    async with start() as slack:
        assert slack.base_url.startswith("http://127.0.0.1:")
        answer = await slack.command("new high VPN is down", by=slack.ada)
        assert "is filed" in answer.text
        card = await slack.until(lambda: card_of(slack, "T-1"))

        await slack.click(card, "resolve", by=slack.olga)

        await slack.until(lambda: "resolved" in card.text)


async def test_strangers_are_treated_alike_at_both_doors(start, caplog):
    async with start() as slack:
        for address in (slack.base_url, slack.events_url):
            url = urlsplit(address)
            reader, writer = await asyncio.open_connection(url.hostname, url.port)
            writer.write(b"GET / HTTP/1.1\r\nAuthorization: Bearer secret\rx\r\n\r\n")
            answer = await reader.read()
            writer.close()

            assert b"VALIDATION_ERROR" in answer
            assert b"Server:" not in answer
            assert b"secret" not in answer
        assert "secret" not in caplog.text


async def test_a_first_start_welcomes_and_the_next_does_not(start, looked):
    async with start(samples=True) as slack:
        [welcome] = await slack.until(lambda: slack.messages("#general"))
        assert "Welcome" in welcome.text
        assert "`/ticket new`" in welcome.text

    async with start(samples=True) as slack:
        await looked(1)
        assert [one.text for one in slack.messages("#general")] == [welcome.text]


async def test_a_form_is_filled_in_and_its_receipt_comes(start):
    async with start() as slack:
        opening = await slack.command("new", by=slack.ben)
        await slack.submit(await slack.modal(by=slack.ben, after=opening), title="No network")

        [receipt] = await slack.until(lambda: slack.direct_messages(slack.ben))
        assert "T-1" in receipt.text


async def test_olga_and_amir_work_on_tickets_unless_the_settings_name_others(start):
    async with start() as slack:
        await slack.command("new high VPN is down", by=slack.ada)
        for person in (slack.olga, slack.amir):
            assert "Only agents" not in (await slack.command("prio 1 low", by=person)).text

    async with start(agents=["U0BEN"]) as slack:
        assert "T-1" in (await slack.command("prio 1 high", by=slack.ben)).text
        assert "no such ticket" in (await slack.command("prio 1 low", by=slack.olga)).text


async def test_cards_go_where_the_settings_say(start):
    async with start(alert_channel="#general") as slack:
        await slack.command("new high VPN is down", by=slack.ada)

        await slack.until(lambda: slack.messages("#general"))


@pytest.mark.parametrize("channel", ["C0123456789", "#nowhere", "#private-ops"])
async def test_a_channel_without_the_bot_is_refused_by_its_settings_name(start, channel):
    with pytest.raises(BadSettings, match="HELPDESK_ALERT_CHANNEL must be a channel of the local"):
        async with start(alert_channel=channel):
            pass


async def test_an_empty_desk_begins_with_samples_in_various_states(start, database):
    async with start(samples=True) as slack:
        await slack.until(lambda: card_of(slack, "T-6"))
        await nothing_is_owed(database)

        cards = [one for one in slack.messages("#helpdesk") if one.thread_ts is None]
        assert sorted(card.text.split()[0] for card in cards) == KEYS
        assert [
            word
            for text in states(slack).values()
            for word in ("open", "in progress", "waiting", "resolved")
            if f"({word}" in text
        ] == ["waiting", "resolved", "open", "in progress", "open", "open"]
        assert not [card for card in cards if card.edited]
        mine = await slack.command("list mine", by=slack.olga)
        assert "T-4" in words(mine)
        commented = await slack.command("status 2", by=slack.ada)
        assert "Works now, thank you!" in words(commented)


async def test_no_sample_is_late_at_first_and_one_within_a_minute(start, clock, looked):
    async with start(samples=True) as slack:
        await slack.until(lambda: card_of(slack, "T-6"))
        clock.forward(seconds=UNTIL_LATE.total_seconds())
        await looked()
        assert alerts_in(slack) == []

        clock.forward(milliseconds=1)

        [alert] = await slack.until(lambda: alerts_in(slack))
        assert "VPN drops every few minutes" in alert.text
        assert UNTIL_LATE.total_seconds() < 60


async def test_samples_may_be_left_out(start, database):
    async with start(samples=False):
        assert await database["tickets"].count_documents({}) == 0


async def test_a_desk_with_tickets_gets_no_samples(start, file, database):
    await file()

    async with start(samples=True):
        assert await database["tickets"].count_documents({}) == 1


async def test_two_processes_that_start_at_once_file_each_sample_once(start, database, tmp_path):
    async def one(name):
        async with start(samples=True, data=tmp_path / name):
            pass

    await asyncio.gather(one("one"), one("other"))

    found = await database["tickets"].find().to_list()
    assert len({ticket["title"] for ticket in found}) == len(found) == len(KEYS)


async def test_there_are_no_samples_where_nobody_works_on_tickets(start, database):
    async with start(samples=True, agents=["U0123456789"], admins=["U0123456789"]):
        assert await database["tickets"].count_documents({}) == 0


async def test_hours_that_are_seconds_make_no_sample_late_before_its_time(start, clock, looked):
    brief = {"high": 0.001, "medium": 0.01, "low": 0.1}
    async with start(samples=True, sla_hours=brief) as slack:
        await slack.until(lambda: card_of(slack, "T-6"))
        await looked()

        assert alerts_in(slack) == []


async def test_what_a_database_owes_to_a_real_workspace_is_not_paid_here(start, posted_in):
    await posted_in("C0123456789")

    with pytest.raises(BadSettings, match="belongs to a Slack workspace: set SLACK_BOT_TOKEN"):
        async with start():
            pass


async def test_a_database_that_was_used_here_may_be_used_again(start, posted_in):
    await posted_in("C0HELPDESK")

    async with start() as slack:
        await slack.command("new high VPN is down", by=slack.ada)
        await slack.until(lambda: card_of(slack, "T-2"))


async def test_what_was_said_survives_a_restart_and_old_buttons_work(start):
    async with start() as slack:
        await slack.command("new high VPN is down", by=slack.ada)
        await slack.until(lambda: card_of(slack, "T-1"))

    async with start() as slack:
        card = card_of(slack, "T-1")
        await slack.click(card, "resolve", by=slack.olga)

        await slack.until(lambda: "resolved" in card.text)
        assert len(slack.messages("#helpdesk")) == 1


async def test_two_with_one_data_folder_do_not_mix_what_was_said(start):
    async with start():
        with pytest.raises(BadSettings, match="The desk already runs on this data"):
            async with start():
                pass
