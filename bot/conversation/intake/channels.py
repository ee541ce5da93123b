"""What becomes of messages in no ticket's thread: a ticket, an offer to make one, or nothing.

Of a message that nobody makes a ticket of, nothing is kept: an offer leads back to it in Slack.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation.intake.asked import Asked, filed_from
from bot.conversation.late import LATE
from bot.markup.blocks import Block, Message, plain, section
from bot.slack.error_answers import sentence
from bot.slack.receiver.workspace import SLACKBOT, Workspace
from core.desk import Desk
from core.errors import DeskError, MadeAlready, Unavailable
from core.settings.intake import Mode
from core.store import OfferStore
from core.tickets.source import is_direct

OPEN, NOT_NOW = "open_ticket", "not_now"


@dataclass(frozen=True)
class IntakeRules:
    modes: Mapping[str, Mode]
    # The reaction that files a message; empty: none does.
    emoji: str

    def mode(self, channel: str) -> Mode:
        return Mode.OFFER if is_direct(channel) else self.modes.get(channel, Mode.MENTION)


class Intake:
    def __init__(
        self, desk: Desk, workspace: Workspace, offers: OfferStore, rules: IntakeRules
    ) -> None:
        self.rules = rules
        self._desk = desk
        self._workspace = workspace
        self._offers = offers

    async def heard(self, asked: Asked) -> Message | None:
        """Does with what somebody said, in no thread, as its channel wants it; gives what they are
        to be told. Raises Unavailable."""
        mode = self.rules.mode(asked.source.channel)
        nobodys = asked.author is None or asked.author in (SLACKBOT, self._workspace.bot)
        if nobodys or mode not in (Mode.EVERY, Mode.OFFER):
            return None
        assert asked.author is not None
        # What an app says is a person's if it is somebody's who uses the desk.
        if not asked.of_person and not await self._desk.people.known_in_slack(asked.author):
            return None
        if mode is Mode.EVERY:
            return await self._file(asked, asked.author)
        if self._desk.clock() - asked.source.at > LATE:
            return None
        channel, ts = asked.source
        again = not await self._offers.claim(channel, asked.author)
        # Who is alone with the desk means it, whatever they write: each message has its offer.
        if again and not is_direct(channel):
            return None
        if is_direct(channel) and not await self._offers.claim(channel, ts):
            return None
        return offer(asked, again=again)

    async def _file(self, asked: Asked, author: str) -> Message | None:
        try:
            by = await self._desk.people.acting_in_slack(author, name=None)
            await filed_from(asked, self._desk, self._workspace, by=by)
        except Unavailable:
            raise
        except MadeAlready:
            return None
        except DeskError as error:
            return {"text": sentence(error)}
        return None


def offer(asked: Asked, *, again: bool = False) -> Message:
    text = "Open a ticket? Its answers come in the thread of your message."
    if again:
        text += " Is it about a ticket that you have? Write in its thread."
    value = ":".join(asked.source)
    pressed: Block = {"type": "actions", "block_id": "offer", "elements": []}
    pressed["elements"] = [
        _button(OPEN, "Open", value) | {"style": "primary"},
        _button(NOT_NOW, "Not now", value),
    ]
    return {"text": text, "blocks": [section(text), pressed]}


def _button(name: str, text: str, value: str) -> Block:
    return {"type": "button", "action_id": name, "text": plain(text), "value": value}
