"""The edit of a message that a ticket was made from."""

from bot.conversation.direct import is_command
from bot.conversation.events import Event
from bot.conversation.intake.asked import Asked, described, read_asked, said_whole, wording
from bot.conversation.mentions import Mention, Mentions, mention
from bot.slack.receiver.workspace import Workspace
from core.desk import Desk
from core.tickets.source import is_direct


class Rewording:
    def __init__(self, desk: Desk, mentions: Mentions, workspace: Workspace) -> None:
        self._desk = desk
        self._mentions = mentions
        self._workspace = workspace

    async def heard(self, event: Event) -> None:
        """Its ticket says what its requester says in it by now. Raises InvalidInput, TicketFull."""
        asked = read_asked(event["message"], event["channel"], own=self._workspace.bot)
        if asked is None or asked.author is None or not asked.edited:
            return
        threads = self._desk.tickets.threads
        ticket = await threads.worded_by(asked.source, asked.thread_ts or asked.source.ts)
        if ticket is None:
            return
        its = await self._in_its_words(event, asked)
        if its is None or its.author is None or ticket.requester.slack_id != its.author:
            await threads.passed_over(ticket, asked.edited)
            return
        new, whole = described(its)
        now = wording(its, new)
        await self._desk.conversation.reworded(ticket, new, now, author=its.author, files=its.files)
        if whole:
            await said_whole(its, whole, self._desk)

    async def _in_its_words(self, event: Event, asked: Asked) -> Asked | None:
        """What a ticket is made of by that; None if it is another command by now."""
        named = mention(event, own=self._workspace.bot)
        command = named or direct_command(event["message"], asked)
        if command is None:
            return asked
        filed = await self._mentions.filed_by(command)
        return filed and filed._replace(edited=asked.edited)


def direct_command(said: Event, asked: Asked) -> Mention | None:
    """A command that somebody said to the desk where nobody else is."""
    text = said.get("text") or ""
    if not (is_direct(asked.source.channel) and asked.of_person and is_command(text)):
        return None
    assert asked.author is not None
    return Mention(asked.source, None, asked.author, text, of_ours=False)
