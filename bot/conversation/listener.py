"""Hears what people say in the threads of tickets, and tells those whose words are not kept.

What is to be kept is kept before the ack: what is not acknowledged, Slack sends again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.conversation.direct import STRANGE_THREAD
from bot.conversation.events import Edited, Event, may_be_addressed, read
from bot.conversation.intake.asked import Asked, read_asked
from bot.conversation.intake.channels import Intake
from bot.conversation.late import LATE
from bot.conversation.mentions import Mention, Mentions, mention
from bot.conversation.rewording import Rewording, direct_command
from bot.conversation.telling import Answer, Telling
from bot.markup.mrkdwn import escaped
from bot.runtime.background import Background
from bot.slack.receiver.workspace import Workspace
from bot.tickets.thread import reopen_question
from core.blank_text import says_something
from core.desk import Desk
from core.desk.conversation import NotInItsThread, Said, Withdrawn
from core.errors import DeskError, InvalidInput, TicketFull
from core.store import ReadingStore
from core.tickets import SLACK_LENGTH, slack_time
from core.tickets.source import is_direct

# How soon after a message of the desk's it may not know yet whose that is.
EARLY = timedelta(minutes=2)
_STRANGER = (
    "Only agents, and whoever filed this ticket, can add to it, so that what you wrote here is not "
    "kept: `/ticket new` files one of your own."
)
_TOO_LONG = (
    f"What you wrote has more than {SLACK_LENGTH:,} characters, too many for a ticket, and is not "
    "kept: send it in parts."
)


class NotYet(Exception):
    """What it is cannot be known now: it is heard when Slack sends it again."""


class Heard(NamedTuple):
    """What follows the ack."""

    # What somebody is to be told of what they wrote.
    answer: tuple[Said | Mention | Asked, Answer] | None = None
    # What was added to a ticket.
    added: Said | None = None


@dataclass(frozen=True)
class Listener:
    desk: Desk
    workspace: Workspace
    readings: ReadingStore
    mentions: Mentions
    intake: Intake
    rewording: Rewording
    # The channel in which agents' replies are for the requester, too.
    public_in: str | None

    async def hear(self, event: Event) -> Heard:
        """Keeps what is to be kept. Raises NotYet, and Unavailable."""
        if self.workspace.bot is None and may_be_addressed(event):
            # A verb is not to be kept as words.
            raise NotYet
        said = mention(event, own=self.workspace.bot)
        if said and "message" not in event:
            answer = await self.mentions.done(said, found=event.get("found", False))
            if answer is not None:
                return Heard((said, answer))
        words = read(event, own=self.workspace.bot)
        try:
            return await self._kept(words, event, new=said is None)
        except (NotInItsThread, InvalidInput, TicketFull) as error:
            message = words.message if isinstance(words, Edited) else words
            assert isinstance(message, Said)
            await self.readings.was_answered(message.source)
            is_late = self.desk.clock() - message.source.at >= LATE
            if is_late and event.get("found"):
                return Heard()
            return Heard((message, Answer({"text": _sentence(error)})))

    async def _kept(
        self, words: Said | Edited | Withdrawn | None, event: Event, *, new: bool
    ) -> Heard:
        """The edit of what is not `new`, because it was a verb, makes no comment of it."""
        public = event.get("channel") == self.public_in
        match words:
            case Said():
                return await self._said(words, event, public=public)
            case Edited(message):
                await self.rewording.heard(event)
                as_comment = new and message.thread_ts != ""
                await self.desk.conversation.edited(message, public=public, new=as_comment)
            case Withdrawn():
                await self.desk.conversation.withdrawn(words)
        return Heard(await self._in_no_thread(event)) if new else Heard()

    async def _said(self, said: Said, event: Event, *, public: bool) -> Heard:
        if await self.desk.conversation.said(said, public=public):
            return Heard(added=said)
        under_ours = self.workspace.bot == event.get("parent_user_id", "")
        if under_ours and _is_early(said, self.desk.clock()):
            raise NotYet
        if is_direct(said.source.channel):
            return Heard((said, Answer({"text": STRANGE_THREAD})))
        return Heard()

    async def _in_no_thread(self, event: Event) -> tuple[Asked, Answer] | None:
        """What somebody is to be told who said something there."""
        found = event.get("found", False)
        # What was lost may have been edited before it was found.
        is_new = found or "message" not in event
        said = event.get("message") or event
        asked = read_asked(said, event.get("channel"), own=self.workspace.bot) if is_new else None
        if asked is None or not says_something(asked.text):
            return None
        if asked.thread_ts not in (None, asked.source.ts):
            return None
        if (command := direct_command(said, asked)) is not None:
            answer = await self.mentions.done(command, found=found)
        else:
            offer = await self.intake.heard(asked)
            answer = Answer(offer) if offer else None
        return (asked, answer) if answer else None


def register(
    app: AsyncApp, desk: Desk, background: Background, telling: Telling, listener: Listener
) -> None:
    async def kept(
        event: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        try:
            context["heard"] = await listener.hear(event)
        except NotYet:
            return BoltResponse(status=503)
        await next()
        return None

    async def asked(said: Said) -> None:
        """Words reopen nothing: its requester may."""
        if (ticket := await desk.feedback.asked_of(said.source)) is not None:
            await telling.once(said, reopen_question(ticket))

    @app.event("message", middleware=[kept])
    async def heard(context: AsyncBoltContext) -> None:
        answer, added = context["heard"]
        if answer:
            background.start(telling.answer(*answer))
        if added:
            background.start(asked(added))


def _is_early(said: Said, now: datetime) -> bool:
    """A card is in Slack before the desk knows where, long before if the answer got lost. So what
    is said soon under a message of the desk's is heard when Slack sends it again."""
    return now - slack_time(said.thread_ts) < EARLY


def _sentence(error: DeskError) -> str:
    match error:
        case NotInItsThread():
            return _STRANGER
        case InvalidInput():
            return _TOO_LONG
    return escaped(str(error))
