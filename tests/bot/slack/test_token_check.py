"""The bot's token is tried at the start."""

import pytest
from structlog.testing import capture_logs

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
