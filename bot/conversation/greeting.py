"""What the desk says once in a channel that it is invited to."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.conversation.intake.channels import IntakeRules
from bot.invocation import COMMAND
from bot.markup.blocks import Message, section
from bot.markup.mrkdwn import unsigned
from bot.slack.api_errors import About, Outcome, Refused, Sent, Unknown
from bot.slack.metadata import GREETING
from bot.slack.poster import SlackPoster, TurnFarOff
from bot.slack.receiver.workspace import Workspace
from core.settings.intake import Mode
from core.store import GreetingStore
from core.store.delivery.channels.greetings import Greeting

log = structlog.get_logger("bot")

HELLO = (
    ":wave: I keep your team's tickets, and tell whoever asked how it goes. Three things to try:"
)


class Greeter:
    def __init__(
        self,
        greetings: GreetingStore,
        poster: SlackPoster,
        workspace: Workspace,
        rules: IntakeRules,
        *,
        lease: timedelta,
    ) -> None:
        self._greetings = greetings
        self._poster = poster
        self._workspace = workspace
        self._rules = rules
        self._lease = lease

    async def greet(self) -> None:
        """In every channel that is owed it, until Slack refuses the app as a whole."""
        while greeting := await self._greetings.claim(lease=self._lease):
            if not await self._greet(greeting):
                return

    async def _greet(self, greeting: Greeting) -> bool:
        try:
            outcome = await self._post(greeting)
        except TurnFarOff as far_off:
            outcome = far_off.refused
        match outcome:
            case Sent():
                await self._greetings.posted(greeting, ts=outcome.ts)
                log.info("channel greeted", channel=greeting.channel)
            case Refused(about=About.PLACE):
                await self._greetings.not_there(greeting)
            case Refused():
                wait = timedelta(seconds=outcome.wait)
                await self._greetings.refused(greeting, wait=wait)
                return outcome.about is not About.APP
            case Unknown():
                # It may be there: a second one would be worse than none.
                log.warning("channel greeted or not", channel=greeting.channel, error=outcome.error)
        return True

    async def _post(self, greeting: Greeting) -> Outcome | None:
        """None if too little of the lease is left."""
        channel, limit = greeting.channel, self._poster.limit
        async with self._poster.turn(channel):
            until = asyncio.get_running_loop().time() + limit
            if not await self._greetings.begin(greeting, within=timedelta(seconds=limit)):
                return None
            mode, own = self._rules.mode(channel), self._workspace.bot
            message = greeting_message(greeting.words or HELLO, mode=mode, own=own)
            metadata = {"event_type": GREETING, "event_payload": {"channel": channel}}
            return await self._poster.post(channel, message | {"metadata": metadata}, until=until)


def greeting_message(words: str, *, mode: Mode, own: str | None) -> Message:
    me = f"<@{own}>" if own else "@HelpDesk"
    said = {
        Mode.EVERY: "*Say it here*: every message in this channel becomes a ticket.",
        Mode.OFF: f"*Write to me directly*, in a message to {me}: I offer to open a ticket.",
    }
    things = (
        "*Create ticket*, in the menu of more actions of any message, makes a ticket of it.",
        said.get(mode, f"*Call me by my name*: “{me} the printer is on fire” files a ticket."),
        f"`{COMMAND} new` opens a form; `{COMMAND} help` shows what else there is.",
    )
    text = "\n".join([words, *(f"• {thing}" for thing in things)])
    return {"text": unsigned(text), "blocks": [section(text)]}


def register(
    app: AsyncApp, greetings: GreetingStore, workspace: Workspace, owed: Callable[[], None]
) -> None:
    @app.event("member_joined_channel")
    async def joined(event: dict[str, Any]) -> BoltResponse | None:
        if workspace.bot is None:
            # Whether it is the desk that joined, is known when Slack sends it again.
            return BoltResponse(status=503)
        if event["user"] == workspace.bot:
            await greetings.owe(event["channel"])
            owed()
        return None
