"""Slack: the token, what it may do, the channels, and the way in. Nothing is posted."""

from collections.abc import AsyncIterator, Iterator

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.command_line.checks.finding import Finding, note, ok, problem, unchecked
from bot.slack.api_errors import UNREADABLE
from bot.slack.clients import posting_client
from bot.slack.lookups.channels import ChannelCheck
from bot.slack.lookups.names import SCOPE, nobody_of, strangers_among
from bot.slack.lookups.scopes import SCOPES, lacking
from bot.slack.receiver.socket_mode import refusal_of
from bot.slack.token_check import TokenCheck
from bot.slack.troubles import Troubles
from core.settings import Settings, SlackPlace
from core.settings.intake import Mode

# What is asked of a workspace whose token is good.
_OF_WORKSPACE = ("scopes", "channels", "people")


async def of_slack(settings: Settings) -> AsyncIterator[Finding]:
    slack = settings.slack
    if slack is None:
        yield unchecked("token", "SLACK_BOT_TOKEN is not set: the desk has a Slack of its own")
        return
    client = posting_client(slack)
    token = TokenCheck(client)
    await token.ask()
    if trouble := token.trouble or token.unanswered:
        yield problem("token", trouble)
        for name in _OF_WORKSPACE:
            yield unchecked(name, "of what is said of the token")
    else:
        yield ok("token", f"It opens {token.workspace.url or 'a workspace'}.")
        for finding in _of_scopes(token):
            yield finding
        async for finding in _of_channels(client, settings, slack):
            yield finding
        yield await _of_people(client, settings, token)
    yield await _of_way_in(client, slack)


def _of_scopes(token: TokenCheck) -> Iterator[Finding]:
    if token.scopes is None:
        yield unchecked("scopes", "Slack does not say which the token has")
        return
    lost = {trouble.which: trouble.message for trouble in lacking(token)}
    for name, scope in SCOPES.items():
        if name in lost:
            yield (note if scope.optional else problem)("scopes", lost[name])
        else:
            yield ok("scopes", f"{name} is there.")


async def _of_channels(
    client: AsyncWebClient, settings: Settings, slack: SlackPlace
) -> AsyncIterator[Finding]:
    """All that the settings name."""
    rules = settings.build_alert_rules(settings.build_sla().calendar)
    read = {channel for channel, mode in settings.intake.items() if mode is not Mode.OFF}
    told: set[str] = set()
    for setting, others in (
        ("HELPDESK_ESCALATIONS", rules.escalations.channels),
        ("HELPDESK_INTAKE", read),
    ):
        channels = [slack.channel, *sorted(others - {slack.channel})]
        none_met = Troubles(channel=slack.channel, others=set())
        check = ChannelCheck(
            client, none_met, usual=slack.channel, others=channels[1:], setting=setting
        )
        await check.ask()
        for channel in channels:
            if channel not in told:
                yield _of_channel(channel, check)
        told.update(channels)


def _of_channel(channel: str, check: ChannelCheck) -> Finding:
    for trouble in check.troubles():
        if trouble.which == channel:
            said = trouble.message
            return problem("channels", said if channel in said else f"{channel}: {said}")
    if channel in check.unknown:
        return unchecked("channels", f"Slack has said nothing of {channel}")
    return ok("channels", f"The bot is in {channel}.")


async def _of_people(client: AsyncWebClient, settings: Settings, token: TokenCheck) -> Finding:
    if not settings.staff:
        return note("people", "Nobody in Slack can work on tickets: set HELPDESK_AGENTS.")
    if not token.allows(SCOPE):
        return unchecked("people", f"the token lacks {SCOPE}, by which Slack tells who there is")
    try:
        strangers = await strangers_among(client, sorted(settings.staff))
    except (SlackApiError, *UNREADABLE):
        return unchecked("people", "Slack did not say who there is")
    if strangers:
        return problem("people", nobody_of(strangers).message)
    if not settings.on_call:
        said = "Alerts mention nobody where nobody has the ticket: set HELPDESK_ON_CALL."
        return note("people", said)
    return ok("people", "Slack knows all who work on tickets, and somebody is on call.")


async def _of_way_in(client: AsyncWebClient, slack: SlackPlace) -> Finding:
    if slack.app_token is None:
        return unchecked(
            "signing secret",
            "only what Slack sends can tell: if it is answered with 401, copy the Signing Secret of"
            " Basic Information into SLACK_SIGNING_SECRET",
        )
    # No further than that: Slack would send to a connection of ours what is for the desk.
    try:
        await client.apps_connections_open(app_token=slack.app_token)
    except SlackApiError as error:
        return problem("socket", f"Socket Mode: {refusal_of(error)}.")
    except UNREADABLE as error:
        return problem("socket", f"Slack cannot be reached ({type(error).__name__}).")
    return ok("socket", "Slack takes SLACK_APP_TOKEN, and gives an address for Socket Mode.")
