"""What people say to the desk by its name: a verb where slash commands do not work, or a ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot import commands
from bot.conversation import late
from bot.conversation.events import SAYING, addressed, attached, files
from bot.conversation.intake.asked import Asked, file_name, filed_from
from bot.conversation.intake.channels import IntakeRules
from bot.conversation.intake.earlier import Earlier
from bot.conversation.telling import Answer, Telling
from bot.invocation import COMMAND, Invocation, PartlyDone
from bot.markup.blocks import Block, Message
from bot.markup.mrkdwn import as_said, to_copy
from bot.reading import bare, reference
from bot.runtime.background import Background
from bot.slack.error_answers import NotUnderstood, sentence
from bot.slack.receiver.workspace import Workspace
from bot.slack.replies import Replies
from core.blank_text import says_something
from core.desk import Desk
from core.errors import DeskError, Unavailable
from core.people.accounts import Actor
from core.settings.intake import Mode
from core.store import ReadingStore
from core.tickets import Priority, SlackFile, SlackMessage, TicketSummary

_NOTHING = (
    f"Say what it is about, as in `new the printer is on fire`; `{COMMAND} help` lists all else."
)
_OFF = (
    f"In this channel no ticket is made by the desk's name: `{COMMAND} new` files one, and so does "
    "*Create ticket* in the message's menu."
)
# Verbs that are nothing without their answer.
_ANSWERED = late.ASKING | {"tell"}
# Words of a command among which its ticket stands, and those behind which a number is one.
_NEAR = 3
_LEADING = frozenset({"ticket", "tickets", "number"})


class Mention(NamedTuple):
    source: SlackMessage
    thread_ts: str | None
    author: str
    # Without the desk's name.
    text: str
    # In a thread under a message of the desk's.
    of_ours: bool
    # A line for each, and what the first is called.
    files: Sequence[str] = ()
    file: str | None = None
    attached: tuple[SlackFile, ...] = ()


def mention(event: Mapping[str, Any], *, own: str | None) -> Mention | None:
    """What a person says to the desk, whose user is its `own`, first of all; None for all else."""
    message = event.get("message") or event
    if message.get("subtype") not in SAYING or "bot_id" in message:
        return None
    text = addressed(message.get("text") or "", own=own)
    channel, ts, user = event.get("channel"), message.get("ts"), message.get("user")
    if text is None or not (channel and ts and user):
        return None
    of_ours = event.get("parent_user_id") == own
    source, thread_ts = SlackMessage(channel, ts), message.get("thread_ts")
    lines, name = files(message), file_name(message)
    return Mention(source, thread_ts, user, text, of_ours, lines, name, attached(message))


class Mentions:
    def __init__(
        self,
        desk: Desk,
        client: AsyncWebClient,
        background: Background,
        workspace: Workspace,
        telling: Telling,
        readings: ReadingStore,
        rules: IntakeRules,
        earlier: Earlier,
    ) -> None:
        self._desk = desk
        self._client = client
        self._background = background
        self._workspace = workspace
        self._telling = telling
        self._readings = readings
        self._rules = rules
        self._earlier = earlier

    async def done(self, said: Mention, *, found: bool) -> Answer | None:
        """Does it, and gives what its author is to be told; None if it is no verb, but words for
        the ticket whose thread it is in. Raises Unavailable.

        What was `found` by reading, or comes late, is done if it still holds."""
        answer = await self._done(said, found=found)
        if answer is not None:
            await self._readings.was_answered(said.source)
        return answer

    async def _done(self, said: Mention, *, found: bool) -> Answer | None:
        now, said_at = self._desk.clock(), said.source.at
        is_late = now - said_at > late.LATE
        if is_late and not found and await self._was_answered(said):
            return Answer({})
        try:
            return await self._answer(said, late_at=now if found or is_late else None)
        except Unavailable:
            raise
        except DeskError as error:
            return Answer({"text": sentence(error)})

    async def _answer(self, said: Mention, *, late_at: datetime | None) -> Answer | None:
        by = await self._desk.people.acting_in_slack(said.author, name=None)
        if said.thread_ts is not None:
            by = by._replace(thread=(said.source.channel, said.thread_ts))
        if late_at is not None:
            by = by._replace(said_at=said.source.at)
        ticket = await self._ticket(said)
        if not says_something(said.text):
            if ticket and said.files:
                return None
            return await self._filed(said, "", by=by)
        invocation = self._read(said, said.text, by)
        if invocation.verb == "new":
            if ticket is not None and invocation.guessed:
                return None
            return await self._filed(said, *_with_priority(invocation), by=by)
        if ticket is not None and _takes_one(invocation):
            line = f"{invocation.verb} {ticket.key} {invocation.words.after(0)}"
            invocation = self._read(said, line, by)
        if late_at is not None:
            instead = await late.instead(
                invocation, self._readings, said_at=said.source.at, now=late_at
            )
            if instead is not None:
                return Answer(instead)
        message = await invocation.subcommand.run(invocation)
        asked = invocation.verb in _ANSWERED
        return Answer(message, changed=not asked and not isinstance(message, PartlyDone))

    async def filed_by(self, said: Mention) -> Asked | None:
        """What a ticket is made of by that; None if it says something else."""
        by = await self._desk.people.acting_in_slack(said.author, name=None)
        text = ""
        if says_something(said.text):
            try:
                invocation = self._read(said, said.text, by)
            except DeskError:
                return None
            if invocation.verb != "new":
                return None
            text, _ = _with_priority(invocation)
        asked = _asked(said, text)
        return asked if says_something(asked.text) else None

    async def _was_answered(self, said: Mention) -> bool:
        channel, ts = said.source
        return bool(await self._readings.answered(channel, [ts]))

    async def _ticket(self, said: Mention) -> TicketSummary | None:
        if said.thread_ts is None:
            return None
        threads = self._desk.tickets.threads
        found = await threads.ticket_in_thread(said.source.channel, said.thread_ts)
        return found and found[0]

    def _read(self, said: Mention, line: str, by: Actor) -> Invocation:
        channel, ts = said.source
        command = {
            "command": COMMAND,
            "text": line,
            "user_id": said.author,
            "trigger_id": f"message:{channel}:{ts}",
        }
        replies = _Told(self._client, self._background, command, None, said, self._telling)
        try:
            return commands.read(command, by, self._desk, replies)
        except NotUnderstood as error:
            # Where commands cannot be typed, the verb alone is said.
            raise NotUnderstood(str(error).replace(f"`{COMMAND} ", "`")) from error

    async def _filed(
        self, said: Mention, text: str, priority: Priority = Priority.MEDIUM, *, by: Actor
    ) -> Answer:
        """From the message itself: it says all there is to say, and what stands under it then says
        that it is filed."""
        asked = _asked(said, text)
        if not says_something(asked.text):
            raise NotUnderstood(_NOTHING)
        if said.of_ours:
            raise NotUnderstood("This thread is the desk's: say it in the channel.")
        if self._rules.mode(said.source.channel) is Mode.OFF:
            raise NotUnderstood(_OFF)
        filed = await filed_from(asked, self._desk, self._workspace, by=by, priority=priority)
        # What is read in a channel is in its own thread, once somebody has answered it.
        if said.thread_ts not in (None, said.source.ts):
            self._background.start(self._earlier.bring(filed, said, until=said.source.ts))
        return Answer({})


def _asked(said: Mention, text: str) -> Asked:
    words = "\n".join(filter(None, (as_said(text).replace("\0", ""), *said.files)))
    file = None if says_something(text) else said.file
    of_person, kept = (said.source, said.thread_ts, said.author, False), said.attached
    return Asked(*of_person, words, file, files=kept)


def _with_priority(invocation: Invocation) -> tuple[str, Priority]:
    """What is filed, and how urgent that is, if its first word says so."""
    words = invocation.words
    first = bare(words.typed[0]).lower() if words and not invocation.guessed else ""
    if first in {*Priority}:
        return words.after(1), Priority(first)
    return words.after(0), Priority.MEDIUM


def _takes_one(invocation: Invocation) -> bool:
    """Whether it is about a ticket and says of none. A number among words may mean anything: alone,
    or behind what leads to a ticket, it is one, but for verbs with words of their own."""
    if "T-42" not in invocation.usage:
        return False
    typed = invocation.words.typed
    if any(map(names_one, typed[:_NEAR])):
        return False
    is_one = not invocation.others or bare(typed[0]).lower() in _LEADING
    return invocation.subcommand.text or not (invocation.named.tickets and is_one)


def names_one(word: str) -> bool:
    return reference(word) is not None and not bare(word).isdecimal()


@dataclass(frozen=True)
class _Told(Replies):
    """What follows a verb, told to its author alone where they said it."""

    said: Mention
    telling: Telling
    opens: ClassVar[bool] = False

    def open_form(self, modal: Block, *, line: str) -> None:
        text = f"That takes a form, which Slack opens for commands only:\n{to_copy(line)}"
        self.background.start(self._say({"text": text}))

    async def _say(self, message: Message) -> None:
        await self.telling.tell(self.said, message)
