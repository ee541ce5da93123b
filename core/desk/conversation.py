"""What people say in the threads of a ticket's messages in Slack, and what becomes of it there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from core.desk.people.people import People
from core.desk.tickets.commenting import comment_of, commented, of_author
from core.desk.tickets.decisions import Decision, Decisions
from core.errors import NotAllowed, TicketFull
from core.idempotency import Key
from core.people.accounts import Actor, Via
from core.people.permissions import STAFF, Action, can
from core.sla import Sla
from core.sla.history import CLOCKS_DIFFER
from core.store.tickets.threads import Earlier, Threads
from core.tickets import (
    SLACK_LENGTH,
    Comment,
    NewComment,
    NewTicket,
    SlackFile,
    SlackMessage,
    SlackWords,
    Ticket,
    TicketSummary,
    TimelineEntry,
    What,
    parse,
    room,
    slack_time,
)
from core.tickets.source import Wording, digest

# Of what was said in a thread before it was a ticket's: so many messages, and bytes of them.
MOST_EARLIER = 200
_BYTES = 4 * 1024**2
_ROOM = room.USERS_WORDS


class Said(NamedTuple):
    """A message in a thread, as it is now."""

    source: SlackMessage
    thread_ts: str
    # The Slack user, and whether an app wrote it for them, or is one.
    author: str
    by_app: bool
    text: str
    # Slack's time of its latest edit.
    edited: str | None = None
    files: tuple[SlackFile, ...] = ()


class Withdrawn(NamedTuple):
    """A message that was in a thread."""

    source: SlackMessage
    thread_ts: str
    author: str
    # Slack's time of it.
    ts: str


class NotInItsThread(NotAllowed):
    """Only agents, and whoever filed a ticket, can add to it."""


@dataclass(frozen=True)
class Conversation:
    """Whatever comes again, or late, is told by what it is about: nothing is done twice."""

    decisions: Decisions
    people: People
    sla: Sla

    async def said(self, message: Said, *, public: bool, whole: bool = False) -> bool:
        """Keeps it on the ticket whose thread it is in. Under the message that the ticket was made
        from it is a comment, whoever says it. Elsewhere, its requester's words are a comment, and
        an agent's a note, or a comment where the thread is `public`.

        What the ticket is made of is no comment of it, unless that is to be kept `whole`. False
        for what is in no ticket's thread, of which nothing is kept. Raises NotInItsThread,
        InvalidInput for what is too long, and TicketFull.
        """
        if (found := await self._ticket(message)) is None:
            return False
        ticket, is_requesters = found
        if not whole and await self._is_made_of(message, ticket):
            return True
        by = await self._who(message.author, ticket, anybody=is_requesters and not message.by_app)
        if by is None:
            if message.by_app:
                return True
            raise NotInItsThread
        internal = not (public or is_requesters or by.id == ticket.requester.id)
        new = parse(SlackWords, {"message": message.text, "internal": internal})
        # What was said before it was a ticket is no answer to it.
        bystander = not internal and (
            message.source.at < ticket.created_at
            or not can(by, Action.COMMENT, requester=ticket.requester)
        )
        try:
            await self._comment(message, ticket, new, by, bystander=bystander)
        except TicketFull:
            # Once to all who talk there; each of whom may be told more.
            place = message.source.channel, message.thread_ts
            told = await self._threads.tell_full(ticket.id, *place, whole=by.role in STAFF)
            if told is not None:
                self.decisions.changed(told, by)
            raise
        return True

    async def added(self, message: Said, ticket: TicketSummary) -> str | None:
        """Adds it to a ticket that somebody chose, as a comment of whoever said it, once; gives
        which ticket it is on. What was said elsewhere is nobody's answer to it.

        None for what no person said. Raises InvalidInput and TicketFull.
        """
        if (found := await self._threads.comment_from(message.source)) is not None:
            return found[0].key
        author = await self._who(message.author, ticket, anybody=not message.by_app)
        if author is None:
            return None
        # Not one of the ticket's, as a rule, even in the same channel.
        by = author._replace(thread=(message.source.channel, message.thread_ts))
        new = parse(SlackWords, {"message": message.text})
        await self._comment(message, ticket, new, by, bystander=author.id != ticket.requester.id)
        return ticket.key

    async def earlier(self, ticket: Ticket, messages: Sequence[Said]) -> bool:
        """Keeps what was said in its thread before that was a ticket; False if only the latest of
        it, because it is too much. It was read where it was said, so that no line tells of it
        again, and it answers nobody. Raises TicketFull."""
        said: list[Earlier] = []
        size, now, complete = 0, self.decisions.clock(), True
        for message in reversed(messages):
            by = await self._who(message.author, ticket, anybody=not message.by_app)
            if by is None:
                continue
            words, at = message.text[:SLACK_LENGTH], min(message.source.at, now)
            size += len(words.encode())
            if len(said) == MOST_EARLIER or size > _BYTES:
                complete = False
                break
            id, edited = self.decisions.tickets.new_id(), message.edited
            comment = Comment(id, words, by.person, at, source=message.source, edited=edited)
            comment = comment._replace(files=message.files)
            entry = TimelineEntry(at, by.person, by.via, "commented")
            key = of_author(by, Key.of_message(*message.source))
            said.insert(0, Earlier(comment, entry, key, by))
        if said:
            kept = await self._threads.add_earlier(ticket.id, said, room=_ROOM, at=now)
            if kept is None:
                raise TicketFull(_ROOM.full)
            self.decisions.note(kept, said[-1].entry, said[-1].by)
        return complete

    async def edited(self, message: Said, *, public: bool, new: bool) -> None:
        """The comment says what the message says since its latest edit. A message that the desk
        has not heard of is said by that, if it may be a `new` comment; raises what `said` does."""
        found = await self._threads.comment_from(message.source)
        if found is None and new:
            if not await self.said(message, public=public):
                return
            # Somebody else may have heard meanwhile what it said before.
            found = await self._threads.comment_from(message.source)
        assert message.edited is not None
        if found is None or found[1].withdrawn or (found[1].edited or "") >= message.edited:
            return
        ticket, comment = found
        words = parse(SlackWords, {"message": message.text}).message
        comment = comment._replace(message=words, edited=message.edited, files=message.files)
        await self._change(ticket, comment, "edited", ts=message.edited)

    async def reworded(
        self,
        ticket: TicketSummary,
        new: NewTicket,
        wording: Wording,
        *,
        author: str,
        files: tuple[SlackFile, ...],
    ) -> None:
        """The ticket says what the message that it was made from says since its latest edit, as far
        as nobody has given it other words since. Raises TicketFull."""
        by = await self.people.acting_in_slack(author, name=None)

        def decision(ticket: Ticket, at: datetime) -> Decision:
            before = ticket.wording
            if before is None or before.edited >= wording.edited:
                return None
            follows = {
                name: getattr(new, name)
                for name in ("title", "description")
                if digest(getattr(ticket, name)) == getattr(before, name) != getattr(wording, name)
            }
            if (changed := ticket.changed(follows, by=by, at=at, sla=self.sla)) is None:
                return None
            followed, entry = changed
            entry = entry._replace(at=min(slack_time(wording.edited), at))
            return replace(followed, wording=wording, files=files), entry

        await self.decisions.decide(ticket.id, decision, by=by, key=None)
        await self._threads.reworded(ticket, wording)

    async def withdrawn(self, message: Withdrawn) -> None:
        """The comment's words are gone. A message that the desk has not heard of never becomes
        one: it may be on its way still."""
        found = await self._threads.comment_from(message.source)
        if found is None:
            if not await self._forget(message):
                return
            # Somebody else may have heard meanwhile what it said.
            found = await self._threads.comment_from(message.source)
        if found is not None and not found[1].withdrawn:
            ticket, comment = found
            await self._change(
                ticket, comment._replace(message="", files=()), "withdrawn", ts=message.ts
            )

    @property
    def _threads(self) -> Threads:
        return self.decisions.tickets.threads

    async def _ticket(self, message: Said | Withdrawn) -> tuple[TicketSummary, bool] | None:
        return await self._threads.ticket_in_thread(message.source.channel, message.thread_ts)

    async def _comment(
        self, message: Said, ticket: TicketSummary, new: NewComment, by: Actor, *, bystander: bool
    ) -> None:
        """Its requester is no bystander, whatever they say."""
        comment = comment_of(self.decisions, new, by=by, source=message.source)
        await commented(
            self.decisions,
            ticket.id,
            comment._replace(edited=message.edited, files=message.files),
            by=by,
            key=Key.of_message(*message.source),
            sla=self.sla,
            bystander=bystander and by.id != ticket.requester.id,
        )

    async def _is_made_of(self, message: Said, ticket: TicketSummary) -> bool:
        if message.source.at > ticket.created_at + CLOCKS_DIFFER:
            return False
        return await self._threads.worded_by(message.source, message.thread_ts) is not None

    async def _who(self, slack_id: str, ticket: TicketSummary, *, anybody: bool) -> Actor | None:
        """None for who may not comment on it, unless `anybody` may: nobody gets an account by
        that."""
        by = await self.people.known_in_slack(slack_id)
        if by and can(by, Action.COMMENT, requester=ticket.requester):
            return by
        return await self.people.acting_in_slack(slack_id, name=None) if anybody else None

    async def _forget(self, message: Withdrawn) -> bool:
        """Notes that it was withdrawn, where it would become a comment."""
        if (said_of := await self._ticket(message)) is None:
            return False
        ticket, is_requesters = said_of
        if await self._threads.worded_by(message.source, message.thread_ts) is not None:
            return False
        by = await self._who(message.author, ticket, anybody=is_requesters)
        if by is None:
            return False
        tickets, now = self.decisions.tickets, self.decisions.clock()
        at = min(message.source.at, now)
        await tickets.add_comment(
            ticket.id,
            Comment(tickets.new_id(), "", by.person, at, internal=True, source=message.source),
            self._entry("withdrawn", message.ts, by)._replace(internal=True),
            key=of_author(by, Key.of_message(*message.source)),
            role="noting",
            room=room.for_comment(by=by),
        )
        return True

    async def _change(
        self, ticket: TicketSummary, comment: Comment, what: What, *, ts: str
    ) -> None:
        assert comment.author.slack_id is not None
        # Also of somebody who is disabled by now: their message says something else, or is gone.
        by = (await self.people.slack_user(comment.author.slack_id)).acting(Via.SLACK)
        space = room.FINISHING if comment.withdrawn else room.for_comment(by=by)
        entry = self._entry(what, ts, by)._replace(internal=comment.internal)
        now = self.decisions.clock()
        changed = await self._threads.change_comment(ticket.id, comment, entry, room=space, at=now)
        if changed is not None:
            self.decisions.note(changed, entry, by)
        elif await self.decisions.tickets.made_room(ticket, space):
            await self._change(ticket, comment, what, ts=ts)

    def _entry(self, what: What, ts: str, by: Actor) -> TimelineEntry:
        return TimelineEntry(min(slack_time(ts), self.decisions.clock()), by.person, by.via, what)
