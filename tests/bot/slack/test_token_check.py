"""The bot's token is tried at the start."""

import pytest
from structlog.testing import capture_logs

from bot.slack.receiver.workspace import NotOurs
from bot.slack.token_check import TokenCheck
from localslack import Fault
from tests.bot.conftest import card_of


@pytest.mark.parametrize("refusal", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_token_that_slack_refuses_shows_before_anybody_needs_it(
    slack, session, start, refusal
):
    slack.fail("auth.test", Fault.error(refusal))

    with capture_logs() as logged:
        async with start() as address:
            await slack.until(lambda: [entry for entry in logged if entry["log_level"] == "error"])
            async with session.get(f"{address}/readyz") as answer:
                ready = await answer.json()

    assert answer.status == 503
    [detail] = ready["detail"]
    assert [entry["message"] for entry in logged if entry["event"] == "a problem"] == [detail]
    assert detail.startswith(f"Slack refuses the bot's token ({refusal}): ")
    assert "SLACK_BOT_TOKEN" in detail


@pytest.mark.parametrize(
    "fault", [Fault.status(503), Fault.cut_before(), Fault.error("internal_error")]
)
async def test_a_slack_that_says_nothing_of_the_token_proves_nothing(slack, session, start, fault):
    slack.fail("auth.test", fault)

    async with start() as address:
        await slack.until(lambda: slack.calls_of("auth.test"))
        async with session.get(f"{address}/readyz") as answer:
            ready = await answer.json()

    assert ready["detail"] == []


async def test_a_good_token_is_asked_about_once_and_nothing_is_said(slack, file, program):
    card = await file()

    assert card_of(slack, "T-1") is card
    assert len(slack.calls_of("auth.test")) == 1
    assert (await program.get("/readyz")).body["detail"] == []


async def test_who_could_not_be_asked_is_asked_again_until_it_answers(slack, client):
    token = TokenCheck(client)
    slack.fail("auth.test", Fault.status(503), times=2)

    assert [await token.ask() for _ in range(2)] == [True, False]
    assert "Slack has not answered whether the bot's token is good" in token.unanswered
    # What is not known yet refuses nobody.
    token.workspace.check({"team_id": "T0OTHER"})

    assert await token.ask()
    assert token.unanswered is None
    with pytest.raises(NotOurs):
        token.workspace.check({"team_id": "T0OTHER"})
    assert not await token.ask()
    assert len(slack.calls_of("auth.test")) == 3
