"""What people say to the desk by its name: a verb where slash commands do not work, or a ticket."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot import commands
from bot.conversation import late
from bot.conversation.events import SAYING, addressed
from bot.conversation.telling import Telling
from bot.invocation import COMMAND, Invocation
from bot.markup.blocks import Block, Message
from bot.markup.mrkdwn import as_said, escaped, to_copy
from bot.reading import bare, reference
from bot.runtime.background import Background
from bot.slack.error_answers import NotUnderstood, sentence
from bot.slack.receiver.workspace import Workspace
from bot.slack.replies import Replies
from bot.tickets.form import split_title
from core.desk import Desk, Origin
from core.errors import DeskError, Unavailable
from core.idempotency import Key
from core.people.accounts import Actor
from core.store import ReadingStore
from core.tickets import NewTicket, Priority, SlackMessage, TicketSummary, parse
from core.tickets.source import Source

# Words of a command among which its ticket stands.
_NEAR = 3


class Mention(NamedTuple):
    source: SlackMessage
    thread_ts: str | None
    author: str
    # Without the desk's name.
    text: str
    # In a thread under a message of the desk's.
    of_ours: bool


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
    return Mention(SlackMessage(channel, ts), message.get("thread_ts"), user, text, of_ours)


class Mentions:
    def __init__(
        self,
        desk: Desk,
        client: AsyncWebClient,
        background: Background,
        workspace: Workspace,
        telling: Telling,
        readings: ReadingStore,
    ) -> None:
        self._desk = desk
        self._client = client
        self._background = background
        self._workspace = workspace
        self._telling = telling
        self._readings = readings

    async def done(self, said: Mention, *, found: bool) -> Message | None:
        """Does it, and gives what its author is to be told; None if it is no verb, but words for
        the ticket whose thread it is in. Raises Unavailable.

        What was `found` by reading, or comes late, is done if it still holds."""
        now, said_at = self._desk.clock(), said.source.at
        is_late = now - said_at > late.LATE
        if is_late and not found and await self._was_answered(said):
            return {}
        try:
            by = await self._desk.people.acting_in_slack(said.author, name=None)
            ticket = await self._ticket(said)
            invocation = self._read(said, said.text, by)
            if invocation.verb == "new":
                if ticket is not None and invocation.guessed:
                    return None
                return await self._file(said, invocation)
            if ticket is not None and _takes_one(invocation):
                line = f"{invocation.verb} {ticket.key} {invocation.words.after(0)}"
                invocation = self._read(said, line, by)
            if found or is_late:
                instead = await late.instead(invocation, self._readings, said_at=said_at, now=now)
                if instead is not None:
                    return instead
            return await invocation.subcommand.run(invocation)
        except Unavailable:
            raise
        except DeskError as error:
            return {"text": sentence(error)}

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
        return commands.read(command, by, self._desk, replies)

    async def _file(self, said: Mention, invocation: Invocation) -> Message:
        """From the message itself: it says all there is to say, and shows how the ticket stands."""
        words, priority = invocation.words, Priority.MEDIUM
        if words and not invocation.guessed and bare(words.typed[0]).lower() in {*Priority}:
            priority, words = Priority(bare(words.typed[0]).lower()), words.rest(1)
        title, description = split_title(as_said(words.after(0)))
        if not title:
            raise NotUnderstood("Say what it is about, as in `new the printer is on fire`.")
        if said.of_ours:
            raise NotUnderstood("This thread is the desk's: say it in the channel.")
        channel, ts = said.source.channel, said.thread_ts or said.source.ts
        source = Source(channel, ts, self._workspace.link(channel, ts))
        said_of_it = {"title": title, "description": description, "priority": priority}
        filed = await self._desk.open_ticket(
            parse(NewTicket, said_of_it),
            by=invocation.by,
            key=Key.of_message(*said.source),
            origin=Origin(source, invocation.by.person),
        )
        key = escaped(filed.ticket.key)
        return {
            "text": f"{key} is filed, with {priority} priority. `{COMMAND} edit {key}` changes its "
            f"words, and `{COMMAND} prio {key} high`, for agents, its priority."
        }


def _takes_one(invocation: Invocation) -> bool:
    """Whether it is about a ticket and says of none, but by a number that may mean anything."""
    if "T-42" not in invocation.usage:
        return False
    return not any(map(_names_one, invocation.words.typed[:_NEAR]))


def _names_one(word: str) -> bool:
    return reference(word) is not None and not bare(word).isdecimal()


@dataclass(frozen=True)
class _Told(Replies):
    """What follows a verb, told to its author alone where they said it."""

    said: Mention
    telling: Telling

    def open_form(self, modal: Block, *, line: str) -> None:
        text = f"That takes a form, which Slack opens for commands only:\n{to_copy(line)}"
        self.background.start(self._say({"text": text}))

    async def _say(self, message: Message) -> None:
        await self.telling.tell(self.said, message)
