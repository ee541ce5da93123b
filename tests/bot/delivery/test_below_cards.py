"""What was said of a ticket before Slack had its card stands below it without a further wait."""

from datetime import timedelta

from bot.delivery import dispatcher
from core.people.accounts import Role, Via
from core.tickets import NewComment, NewTicket
from tests.bot.conftest import card_of, words
from tests.support.deliveries import nothing_is_owed


async def test_a_line_is_posted_with_the_card_that_it_stands_below(
    monkeypatch, desk, start, slack, database
):
    monkeypatch.setattr(dispatcher, "SOON", timedelta(hours=1))
    olga = (await desk.people.slack_user("U0OLGA", name="olga")).acting(Via.SLACK)
    await desk.open_ticket(NewTicket(title="VPN is down"), by=olga._replace(role=Role.AGENT))
    await desk.comment("1", NewComment(message="Since nine o'clock"), by=olga)

    async with start():
        await nothing_is_owed(database)

    [line] = slack.thread(card_of(slack, "T-1"))
    assert "Since nine o'clock" in words(line)
