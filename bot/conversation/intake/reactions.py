"""A ticket by a reaction: whoever reacts presses *Create ticket* for the author, without a form."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.intake.asked import Asked, filed_from, is_filed, pointed_at
from bot.conversation.intake.channels import IntakeRules
from bot.conversation.intake.earlier import Earlier
from bot.conversation.telling import Pointed, Telling
from bot.markup.blocks import Message
from bot.runtime.background import Background
from bot.slack.error_answers import sentence, tellable
from bot.slack.receiver.workspace import SLACKBOT, Workspace
from bot.tickets.shortcuts import made_already
from core.desk import Desk
from core.people.accounts import Actor
from core.settings.intake import Mode
from core.tickets import SlackMessage, Ticket


class _Reaction(NamedTuple):
    to: Pointed
    at: str


def register(
    app: AsyncApp,
    desk: Desk,
    background: Background,
    client: AsyncWebClient,
    workspace: Workspace,
    rules: IntakeRules,
    telling: Telling,
    earlier: Earlier,
) -> None:
    async def known(
        event: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> None:
        """Who acts is asked before the ack: what is not acknowledged, Slack sends again."""
        reaction = _read(event, rules)
        if reaction is not None and reaction.to.author not in (workspace.bot, SLACKBOT):
            by = await desk.people.acting_in_slack(reaction.to.author, name=None)
            if not by.bot:
                context["reacted"] = reaction, by
        await next()

    @app.event("reaction_added", middleware=[known])
    async def reacted(context: AsyncBoltContext) -> None:
        if found := context.get("reacted"):
            background.start(filed(*found))

    async def filed(reaction: _Reaction, by: Actor) -> None:
        to, at = reaction
        try:
            asked, made = await pointed_at(to.source, client, desk, workspace)
            to = to._replace(thread_ts=asked.thread_ts)
            if made is None:
                told: Message = {"text": is_filed(await of_author(asked, to, by), by=by)}
            else:
                told = await made_already(desk, made, by=by)
        except Exception as error:  # noqa: BLE001 - nothing was answered yet
            told = {"text": sentence(tellable(error))}
        await telling.once(to, told, doing=f"{by.id} {at}")

    async def of_author(asked: Asked, to: Pointed, by: Actor) -> Ticket:
        requester = by.person
        if asked.of_person and asked.author:
            requester = (await desk.people.slack_user(asked.author)).person
        ticket = await filed_from(asked, desk, workspace, by=by, requester=requester)
        if asked.thread_ts:
            background.start(earlier.bring(ticket, to, but=asked.source.ts))
        return ticket


def _read(event: dict[str, Any], rules: IntakeRules) -> _Reaction | None:
    item = event["item"]
    # Of a skin's tone it is the same one.
    name = event["reaction"].partition("::")[0]
    channel, ts = item.get("channel"), item.get("ts")
    if not rules.emoji or name != rules.emoji or item["type"] != "message" or not (channel and ts):
        return None
    if rules.mode(channel) is Mode.OFF:
        return None
    return _Reaction(Pointed(SlackMessage(channel, ts), event["user"], None), event["event_ts"])
