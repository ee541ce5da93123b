"""A ticket says what the message that it was made from comes to say."""

import asyncio

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from core.settings.intake import Mode
from localslack import Fault
from tests.bot.conftest import card_of, words
from tests.bot.conversation.conftest import changed, later
from tests.conftest import LONGEST_WAIT

BEFORE, AFTER = "VPN is down\nsince nine", "VPN is slow\nsince ten"


@pytest.fixture
def settings(settings):
    return settings.model_copy(
        update={"intake": {"C0RANDOM": Mode.EVERY}, "catch_up_seconds": 0.05}
    )


@pytest.fixture(autouse=True)
async def desk_url(slack, desk_url, looked):
    slack.workspace.join(slack.channel("#random"), "U0BOT")
    await looked(1)
    return desk_url


@pytest.fixture
def until(listed):
    """Waits until the first ticket has these words."""

    async def it_is(title, description):
        async with asyncio.timeout(LONGEST_WAIT):
            while True:
                tickets = await listed()
                if tickets and (tickets[0]["title"], tickets[0]["description"]) == (
                    title,
                    description,
                ):
                    return tickets[0]
                await asyncio.sleep(0.01)

    return it_is


@pytest.fixture
def made(slack, until):
    """A ticket by one of the ways in which a message becomes one."""

    async def by(how, text=BEFORE):
        channel = "#random" if how == "intake" else "#general"
        said = await slack.post(
            f"@HelpDesk {'new high ' if how == 'verb' else ''}{text}"
            if how in ("mention", "verb")
            else text,
            by=slack.ada,
            channel=channel,
        )
        if how == "reaction":
            await slack.react(said, "ticket", by=slack.olga)
        if how == "shortcut":
            await slack.message_shortcut(CREATE_TICKET, said, by=slack.olga)
            await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
        await until(*text.split("\n"))
        return said

    return by


WAYS = ["intake", "mention", "verb", "reaction", "shortcut"]


@pytest.mark.parametrize("how", WAYS)
async def test_an_edit_follows_on_the_ticket_and_its_cards(slack, made, until, program, how):
    said = await made(how)
    before = await program.get("/api/tickets/1")
    begins = {"mention": "@HelpDesk ", "verb": "@HelpDesk new high "}.get(how, "")

    await slack.edit(said, f"{begins}{AFTER}", by=slack.ada)

    ticket = await until(*AFTER.split("\n"))
    [*_, entry] = ticket["timeline"]
    assert (entry["what"], entry["by"]["slack_id"]) == ("changed", slack.ada.id)
    assert entry["changes"]["title"] == {"old": "VPN is down", "new": "VPN is slow"}
    assert ticket["comments"] == []
    now = await program.get("/api/tickets/1")
    assert now.headers["ETag"] != before.headers["ETag"]
    card = await slack.until(lambda: card_of(slack, "T-1"))
    await slack.until(lambda: "VPN is slow" in words(card))
    await slack.until(
        lambda: any("VPN is slow" in words(one) for one in slack.thread(said) if one.from_bot)
    )


async def test_the_newest_edit_counts_in_whatever_order_they_come(slack, made, until, ticket):
    said = await made("intake")

    await slack.event(changed(said, AFTER, edited=later(said, 40)))
    await slack.event(changed(said, "VPN is up", edited=later(said, 30)))
    await slack.event(changed(said, AFTER, edited=later(said, 40)))

    now = await until(*AFTER.split("\n"))
    assert len(now["timeline"]) == 2


@pytest.mark.parametrize("how", ["intake", "shortcut"])
async def test_what_somebody_put_right_stays(slack, made, until, program, how):
    said = await made(how)
    await program.patch("/api/tickets/1", {"title": "VPN of floor 3"})

    await slack.edit(said, AFTER, by=slack.ada)

    await until("VPN of floor 3", "since ten")
    await slack.edit(said, "VPN is off\nsince ten", by=slack.ada)
    await slack.edit(said, "VPN is off\nsince ten, I think", by=slack.ada)
    await until("VPN of floor 3", "since ten, I think")


async def test_what_was_written_in_the_form_stays(slack, until):
    said = await slack.post(BEFORE, by=slack.ada, channel="#general")
    await slack.message_shortcut(CREATE_TICKET, said, by=slack.olga)
    form = await slack.modal(by=slack.olga)
    await slack.submit(form, by=slack.olga, title="VPN of floor 3")

    await slack.edit(said, AFTER, by=slack.ada)

    await until("VPN of floor 3", "since ten")


async def test_of_a_ticket_from_a_reply_the_reply_counts(slack, until, listed):
    parent = await slack.post("Morning", by=slack.ben, channel="#general")
    more = {"channel": "#general", "thread_ts": parent.ts}
    said = await slack.post(BEFORE, by=slack.ada, **more)
    await slack.react(said, "ticket", by=slack.olga)
    await until(*BEFORE.split("\n"))

    await slack.edit(parent, "Good morning", by=slack.ben)
    await slack.edit(said, AFTER, by=slack.ada)

    ticket = await until(*AFTER.split("\n"))
    assert all(one["source"]["ts"] != said.ts for one in ticket["comments"])


async def test_a_preview_or_another_verb_changes_nothing(slack, made, ticket):
    said = await made("mention", "VPN is down https://example.com\nsince nine")
    before = await ticket()

    await slack.unfurl(said)
    await slack.edit(said, "@HelpDesk resolve T-1", by=slack.ada)

    now = await ticket()
    for field in ("title", "description", "status", "timeline"):
        assert now[field] == before[field]
    # It is known all the same, so that it is not read again and again.
    assert now["wording"]["edited"] > before["wording"]["edited"]
    await slack.edit(said, f"@HelpDesk {AFTER}", by=slack.ada)
    assert (await ticket())["title"] == "VPN is slow"


async def test_a_long_text_is_a_comment_as_well(slack, made, ticket, until):
    said = await made("intake")
    long = f"VPN is down\n{'so very down ' * 900}indeed"

    await slack.edit(said, long, by=slack.ada)

    now = await ticket()
    assert now["description"].endswith("…")
    assert [one["message"] for one in now["comments"]] == [long]
    await slack.edit(said, long.replace("indeed", "really"), by=slack.ada)
    [comment] = (await ticket())["comments"]
    assert comment["message"].endswith("really")


@pytest.mark.parametrize("where", ["message", "reply"])
async def test_a_lost_edit_is_read(slack, made, until, listed, where):
    if where == "reply":
        parent = await slack.post("Morning", by=slack.ben, channel="#general")
        more = {"channel": "#general", "thread_ts": parent.ts}
        said = await slack.post(BEFORE, by=slack.ada, **more)
        await slack.react(said, "ticket", by=slack.olga)
        await until(*BEFORE.split("\n"))
    else:
        said = await made("mention")
    slack.fail("event", Fault.lost(type="message", user=slack.ada.id), times=None)
    begins = "" if where == "reply" else "@HelpDesk "
    await slack.edit(said, f"{begins}{AFTER}", by=slack.ada)
    slack.heal()

    ticket = await until(*AFTER.split("\n"))
    assert all(one["source"]["ts"] != said.ts for one in ticket["comments"])
    assert len(await listed()) == 1
