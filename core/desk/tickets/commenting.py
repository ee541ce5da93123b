"""Comments and notes: added in one write with all that follows from them."""

from dataclasses import replace
from datetime import datetime

from core.desk.tickets.decisions import Decisions, reads_notes
from core.desk.tickets.retrying import Overtaken, until_first
from core.errors import KeyReused, TicketFull, TicketNotFound, Unavailable
from core.idempotency import Key
from core.people import permissions
from core.people.accounts import Actor
from core.people.permissions import Action
from core.sla import Sla
from core.store.comments import CommentRole
from core.tickets import (
    Comment,
    NewComment,
    SlackMessage,
    Ticket,
    TimelineEntry,
    What,
    room,
)
from core.tickets.room import Room


def comment_of(
    decisions: Decisions, new: NewComment, *, by: Actor, source: SlackMessage | None = None
) -> Comment:
    """What was said in a message in Slack counts from when it was said, however late it is heard
    of."""
    now = decisions.clock()
    at = min(source.at, now) if source else now
    id = decisions.tickets.new_id()
    return Comment(id, new.message, by.person, at, new.internal, source, thread=by.thread)


async def commented(
    decisions: Decisions,
    reference: str,
    comment: Comment,
    *,
    by: Actor,
    key: Key | None,
    sla: Sla,
    bystander: bool = False,
) -> tuple[Ticket, bool]:
    """The ticket with the comment; and whether the key was used before, so that nothing is new.

    A `bystander` needs no right to the ticket, since they said it where its requester reads, and
    answers nobody. Raises NotAllowed, TicketNotFound, TicketFull, KeyReused.
    """
    role = _role(comment, by=by, bystander=bystander)
    what: What = "noted" if comment.internal else "commented"
    entry = TimelineEntry(comment.created_at, by.person, by.via, what, token=by.token)
    own, space, tickets = key and of_author(by, key), room.for_comment(by=by), decisions.tickets
    now = _heard_at(decisions, comment)
    while True:
        added = await tickets.add_comment(
            reference, comment, entry, key=own, role=role, room=space, heard_at=now
        )
        if added is None and not bystander:
            # Perhaps something follows from it; perhaps it cannot be.
            added = await _on_own(
                decisions, reference, comment, entry, by=by, key=own, space=space, sla=sla
            )
        if added is not None:
            decisions.note(added, entry, by)
            return added.seen_by(by), False
        ticket = await _commented_on(decisions, reference, by=by, bystander=bystander)
        body = own and await tickets.comment_body(own.name, ticket)
        if body is not None:
            if own and body != own.body:
                raise KeyReused
            return ticket.seen_by(by), True
        if ticket.comments_count >= space.comments:
            raise TicketFull(space.full)
        if not await tickets.made_room(ticket, space):
            raise Unavailable


def _role(comment: Comment, *, by: Actor, bystander: bool) -> CommentRole:
    """Raises NotAllowed."""
    only = permissions.only_of(by, Action.NOTE if comment.internal else Action.COMMENT)
    if bystander:
        return "bystander"
    if only is not None:
        return "requester"
    if comment.internal:
        return "noting"
    return "bystander" if by.bot else "responder"


def _heard_at(decisions: Decisions, comment: Comment) -> datetime:
    """Only what was said in a message may be heard of later than it was said."""
    return decisions.clock() if comment.source else comment.created_at


async def _commented_on(
    decisions: Decisions, reference: str, *, by: Actor, bystander: bool
) -> Ticket:
    if not bystander:
        return await decisions.whole(reference, by=by)
    ticket = await decisions.tickets.get(reference)
    if ticket is None:
        raise TicketNotFound
    return ticket


def of_author(by: Actor, key: Key) -> Key:
    """A comment's key, which is its author's own."""
    return Key(f"{by.id}:{key.name}", key.body)


async def _on_own(
    decisions: Decisions,
    reference: str,
    comment: Comment,
    entry: TimelineEntry,
    *,
    by: Actor,
    key: Key | None,
    space: Room,
    sla: Sla,
) -> Ticket | None:
    """The requester's comment, which sets a ticket going again that waits for them.

    None for a ticket of somebody else's, and for one that cannot take the comment.
    """
    now = _heard_at(decisions, comment)

    async def attempt() -> Ticket | None:
        ticket = await decisions.whole(reference, by=by)
        if ticket.requester.id != by.id or comment.internal:
            return None
        followed = ticket.answered(by=by, at=comment.created_at, sla=sla)
        if followed is not None:
            going_on = replace(followed[0], updated_at=now)
            followed = decisions.rules.planned(going_on, at=now), followed[1]
        added = await decisions.tickets.add_comment_to(
            ticket,
            comment,
            entry,
            key=key,
            notes=reads_notes(by),
            consequence=followed,
            room=space,
            heard_at=now,
        )
        if added is None:
            latest = await decisions.whole(reference, by=by)
            if latest.version != ticket.version:
                raise Overtaken
        return added

    return await until_first(attempt)
