"""Hears what people say in the threads of tickets, and tells those whose words are not kept.

What is to be kept is kept before the ack: what is not acknowledged, Slack sends again.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.conversation.direct import STRANGE_THREAD
from bot.conversation.events import Edited, may_be_addressed, read
from bot.conversation.intake.asked import Asked, read_asked
from bot.conversation.intake.channels import Intake
from bot.conversation.late import LATE
from bot.conversation.mentions import Mentions, mention
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

Heard = Said | Edited | Withdrawn

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


def register(
    app: AsyncApp,
    desk: Desk,
    background: Background,
    workspace: Workspace,
    readings: ReadingStore,
    telling: Telling,
    mentions: Mentions,
    intake: Intake,
    rewording: Rewording,
    *,
    public_in: str | None,
) -> None:
    """`public_in` is the channel in which agents' replies are for the requester, too."""

    async def in_no_thread(event: dict[str, Any]) -> tuple[Asked, Answer] | None:
        """What somebody is to be told who said something there."""
        own, found = workspace.bot, event.get("found", False)
        # What was lost may have been edited before it was found.
        is_new = found or "message" not in event
        said = event.get("message") or event
        asked = read_asked(said, event.get("channel"), own=own) if is_new else None
        if asked is None or not says_something(asked.text):
            return None
        if asked.thread_ts not in (None, asked.source.ts):
            return None
        if (command := direct_command(said, asked)) is not None:
            answer = await mentions.done(command, found=found)
            await readings.was_answered(asked.source)
        else:
            offer = await intake.heard(asked)
            answer = Answer(offer) if offer else None
        return (asked, answer) if answer else None

    async def kept(
        event: dict[str, Any], context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        if workspace.bot is None and may_be_addressed(event):
            # A verb is not to be kept as words: it is heard when Slack sends it again.
            return BoltResponse(status=503)
        said = mention(event, own=workspace.bot)
        if said and "message" not in event:
            answer = await mentions.done(said, found=event.get("found", False))
            if answer is not None:
                await readings.was_answered(said.source)
                context["answer"] = said, answer
                await next()
                return None
        heard = read(event, own=workspace.bot)
        try:
            if isinstance(heard, Edited):
                await rewording.heard(event)
            known = await _kept(
                desk, heard, public=event.get("channel") == public_in, new=said is None
            )
            under_ours = workspace.bot == event.get("parent_user_id", "")
            if not known and under_ours and _is_early(heard, desk.clock()):
                return BoltResponse(status=503)
            if known and isinstance(heard, Said):
                context["said"] = heard
            if not known and isinstance(heard, Said) and is_direct(heard.source.channel):
                context["answer"] = heard, Answer({"text": STRANGE_THREAD})
            if said is None and (told := await in_no_thread(event)):
                context["answer"] = told
        except (NotInItsThread, InvalidInput, TicketFull) as error:
            message = heard.message if isinstance(heard, Edited) else heard
            assert isinstance(message, Said)
            await readings.was_answered(message.source)
            if desk.clock() - message.source.at < LATE or not event.get("found"):
                context["answer"] = message, Answer({"text": _sentence(error)})
        await next()
        return None

    async def asked(said: Said) -> None:
        """Words reopen nothing: its requester may."""
        if (ticket := await desk.feedback.asked_of(said.source)) is not None:
            await telling.once(said, reopen_question(ticket))

    @app.event("message", middleware=[kept])
    async def heard(context: AsyncBoltContext) -> None:
        if answer := context.get("answer"):
            background.start(telling.answer(*answer))
        if said := context.get("said"):
            background.start(asked(said))


async def _kept(desk: Desk, heard: Heard | None, *, public: bool, new: bool) -> bool:
    """False for what is said where no ticket is known of. An edit of what is not `new`, because it
    was a verb, makes no comment of it."""
    match heard:
        case Said():
            return await desk.conversation.said(heard, public=public)
        case Edited(message):
            new = new and message.thread_ts != ""
            await desk.conversation.edited(message, public=public, new=new)
        case Withdrawn():
            await desk.conversation.withdrawn(heard)
    return True


def _is_early(heard: Heard | None, now: datetime) -> bool:
    """A card is in Slack before the desk knows where, long before if the answer got lost. So what
    is said soon under a message of the desk's is heard when Slack sends it again."""
    return isinstance(heard, Said) and now - slack_time(heard.thread_ts) < EARLY


def _sentence(error: DeskError) -> str:
    match error:
        case NotInItsThread():
            return _STRANGER
        case InvalidInput():
            return _TOO_LONG
    return escaped(str(error))
