"""Comments and notes: added in one write with all that follows from them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

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
    SlackFile,
    SlackMessage,
    Ticket,
    TimelineEntry,
    What,
    room,
)
from core.tickets.room import Room


async def commented(
    decisions: Decisions,
    reference: str,
    new: NewComment,
    *,
    by: Actor,
    key: Key | None,
    sla: Sla,
    source: SlackMessage | None = None,
    edited: str | None = None,
    files: tuple[SlackFile, ...] = (),
    bystander: bool = False,
) -> tuple[Ticket, bool]:
    """The ticket with the comment; and whether the key was used before, so that nothing is new.

    What was said in a message in Slack counts from when it was said, however late it is heard of.
    A `bystander` needs no right to the ticket, since they said it where its requester reads, and
    answers nobody. Raises NotAllowed, TicketNotFound, TicketFull, KeyReused.
    """
    only = permissions.only_of(by, Action.NOTE if new.internal else Action.COMMENT)
    own = key and of_author(by, key)
    tickets, now = decisions.tickets, decisions.clock()
    at = min(source.at, now) if source else now
    comment = Comment(
        tickets.new_id(), new.message, by.person, at, new.internal, source, edited, by.thread, files
    )
    what: What = "noted" if new.internal else "commented"
    entry = TimelineEntry(at, by.person, by.via, what, token=by.token)
    role: CommentRole = "bystander" if bystander else "requester"
    if only is None and not bystander:
        role = "noting" if new.internal else "bystander" if by.bot else "responder"
    space = room.for_comment(by=by)
    ticket = await tickets.add_comment(
        reference, comment, entry, key=own, role=role, room=space, heard_at=now
    )
    if ticket is None and not bystander:
        # Perhaps something follows from it; perhaps it cannot be.
        ticket = await _on_own(
            decisions, reference, comment, entry, by=by, key=own, space=space, sla=sla, now=now
        )
    if ticket is not None:
        decisions.note(ticket, entry, by)
        return ticket.seen_by(by), False
    if bystander:
        ticket = await tickets.get(reference)
        if ticket is None:
            raise TicketNotFound
    else:
        ticket = await decisions.whole(reference, by=by)
    body = own and await tickets.comment_body(own.name, ticket)
    if body is None:
        if ticket.comments_count >= space.comments:
            raise TicketFull(space.full)
        if not await tickets.made_room(ticket, space):
            raise Unavailable
        more: dict[str, Any] = {"source": source, "edited": edited, "files": files}
        return await commented(
            decisions, reference, new, by=by, key=key, sla=sla, bystander=bystander, **more
        )
    if own and body != own.body:
        raise KeyReused
    return ticket.seen_by(by), True


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
    now: datetime,
) -> Ticket | None:
    """The requester's comment, which sets a ticket going again that waits for them.

    None for a ticket of somebody else's, and for one that cannot take the comment.
    """

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
