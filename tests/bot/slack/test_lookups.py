"""What the app may not do, and where, is told from the start on, in the words of a refused post."""

import asyncio
from dataclasses import replace

import pytest
import yaml
from structlog.testing import capture_logs

from bot.slack.lookups.scopes import SCOPES, UNHEARD, UNHEARD_FOR
from localslack import Fault
from tests.bot.conftest import MANIFEST, card_of, strict_slack
from tests.bot.test_manifest import ROOT
from tests.conftest import LONGEST_WAIT


@pytest.fixture
def ready(session):
    """What /readyz says of a desk, once it says something or all that is asked was asked."""

    async def told(address, *, until=lambda told: True):
        async with asyncio.timeout(LONGEST_WAIT):
            while True:
                async with session.get(f"{address}/readyz") as answer:
                    body = await answer.json()
                if until(body):
                    return answer.status, body["detail"]
                await asyncio.sleep(0.02)

    return told


def names(kind):
    return lambda told: any(one["name"] == kind for one in told["problems"])


def test_the_scopes_are_those_of_the_manifest():
    scopes = yaml.safe_load((ROOT / "manifest.yml").read_text())["oauth_config"]["scopes"]

    assert set(SCOPES) == set(scopes["bot"])
    assert {name for name, scope in SCOPES.items() if scope.optional} == set(scopes["bot_optional"])


class TestOfATokenThatMayDoLess:
    @pytest.fixture(params=sorted(SCOPES))
    def scope(self, request):
        return request.param

    @pytest.fixture
    async def slack(self, scope):
        async with strict_slack(replace(MANIFEST, scopes=MANIFEST.scopes - {scope})) as slack:
            yield slack

    async def test_each_scope_is_named_with_what_is_lost(self, scope, slack, start, ready):
        with capture_logs() as logged:
            async with start() as address:
                status, detail = await ready(address, until=names("scopes"))
        slack.workspace.problems.clear()  # Slack minds what is tried without it.

        kind = "optional scope" if SCOPES[scope].optional else "scope"
        [said] = [one for one in detail if f" lacks the {kind} {scope}, so that " in one]
        assert SCOPES[scope].lost in said
        assert [one["message"] for one in logged if one.get("problem") == "scopes"] == [said]
        assert status == (503 if scope in ("commands", "chat:write") else 200)


async def test_a_channel_without_the_app_is_told_before_the_first_card(slack, start, ready):
    await slack.remove(slack.bot, "#helpdesk", by=slack.amir)

    with capture_logs() as logged:
        async with start() as address:
            status, detail = await ready(address, until=names("channels"))
            await slack.invite(slack.bot, "#helpdesk", by=slack.amir)
            await slack.command("new high VPN is down", by=slack.ada)
            await slack.until(lambda: card_of(slack, "T-1"))
            after = await ready(address)

    said = "Slack refuses messages (not_in_channel): type /invite @HelpDesk in the channel."
    assert (status, detail) == (503, [said])
    assert [one["message"] for one in logged if one.get("event") == "a problem"] == [said]
    assert after == (200, [])


@pytest.mark.parametrize("refused", [False, True])
async def test_an_archived_channel_is_told_once_whoever_finds_it(slack, start, ready, refused):
    await slack.archive("#helpdesk", by=slack.amir)

    async with start() as address:
        if refused:
            await slack.command("new high VPN is down", by=slack.ada)
            await slack.until(lambda: slack.calls_of("chat.postMessage"))
        status, detail = await ready(address, until=names("messages" if refused else "channels"))

    assert status == 503
    assert detail == [
        "Slack refuses messages (is_archived): unarchive the channel, or name another in"
        " HELPDESK_ALERT_CHANNEL."
    ]


async def test_a_channel_that_is_in_use_again_is_none_that_is_archived(slack, start, ready):
    await slack.archive("#helpdesk", by=slack.amir)
    await slack.unarchive("#helpdesk", by=slack.amir)

    async with start() as address:
        assert await ready(address) == (200, [])


async def test_a_private_channel_without_its_scope_is_named(start, ready, slack):
    await slack.invite(slack.bot, "#private-ops", by=slack.olga)
    scopes = slack.manifest.scopes
    object.__setattr__(slack.manifest, "scopes", scopes - {"groups:history"})
    try:
        async with start(alert_channel="C0OPS") as address:
            status, detail = await ready(address, until=names("channels"))
    finally:
        object.__setattr__(slack.manifest, "scopes", scopes)

    assert status == 200
    assert any(one.startswith("C0OPS is private, where the desk hears nothing") for one in detail)
    slack.workspace.problems.clear()


async def test_a_channel_of_a_step_that_is_none_breaks_nothing(slack, start, ready, tmp_path):
    path = tmp_path / "steps.yml"
    path.write_text("steps:\n  - {after_minutes: 15, tell: [C0NOWHERE]}\n")

    async with start(escalations=path) as address:
        status, detail = await ready(address, until=names("channels"))

    assert (status, detail) == (
        200,
        [
            "Slack refuses messages in C0NOWHERE (channel_not_found): name a channel that the bot"
            " is in, by its id, in HELPDESK_ESCALATIONS."
        ],
    )


async def test_slack_that_does_not_answer_says_nothing_of_the_channel(slack, start, ready):
    slack.fail("conversations.history", Fault.status(503), times=None)

    async with start() as address:
        assert await ready(address) == (200, [])


async def test_who_works_here_and_is_nobody_is_named(slack, start, ready):
    async with start(agents=[slack.olga.id, "U0NOBODY"]) as address:
        status, detail = await ready(address, until=names("people"))

    assert status == 200
    assert detail[0].startswith("Slack knows nobody of the id U0NOBODY, which HELPDESK_AGENTS")


class TestOfAnAppThatHearsOfNoMessage:
    @pytest.fixture
    async def slack(self):
        async with strict_slack(replace(MANIFEST, events=frozenset())) as slack:
            yield slack

    async def test_that_is_told_once_it_has_said_enough_itself(
        self, slack, start, ready, monkeypatch
    ):
        monkeypatch.setattr("bot.slack.lookups.scopes.UNHEARD_FOR", 0)
        async with start() as address:
            for number in range(UNHEARD):
                assert (await ready(address))[1] == []
                await slack.command(f"new high VPN {number}", by=slack.ada)
                key = f"T-{number + 1}"
                await slack.until(lambda key=key: card_of(slack, key))
            _, [said] = await ready(address, until=names("events"))

        assert said.startswith("Slack tells the desk of no message in its channels")
        assert UNHEARD_FOR > 30


async def test_an_app_that_hears_of_its_own_cards_hears_all(slack, start, ready, monkeypatch):
    monkeypatch.setattr("bot.slack.lookups.scopes.UNHEARD_FOR", 0)
    async with start() as address:
        for number in range(UNHEARD + 2):
            await slack.command(f"new high VPN {number}", by=slack.ada)
            key = f"T-{number + 1}"
            await slack.until(lambda key=key: card_of(slack, key))
        assert await ready(address, until=lambda told: not told["problems"]) == (200, [])
