"""How accounts and tickets look as JSON.

Plain dicts, because a model for every row of a list costs a tenth of the time; what they hold
is described in api/openapi/schemas.py.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from core.alerts.rules import AlertRules
from core.people.accounts import Account, Person
from core.people.api_tokens import ApiToken
from core.sla.explanation import told
from core.sla.status import Deadline, SlaStatus, Span
from core.store.tickets.lists import Row
from core.tickets import Comment, SlackFile, Ticket, TicketSummary, TimelineEntry
from core.tickets.alert import Silence

_TWO = [f"{number:02}" for number in range(60)]
# Of a ticket of a list.
_TIMES = (
    *("sla_due", "created_at", "updated_at", "waiting_until"),
    *("first_response_due", "first_responded_at"),
)


def time(at: datetime) -> str:
    """UTC, with milliseconds and a Z."""
    # `isoformat` takes four times as long, which would be a tenth of a list.
    return (
        f"{at.year:04}-{_TWO[at.month]}-{_TWO[at.day]}T{_TWO[at.hour]}:{_TWO[at.minute]}"
        f":{_TWO[at.second]}.{at.microsecond // 1000:03}Z"
    )


def _time_or_none(at: datetime | None) -> str | None:
    return None if at is None else time(at)


def person(person: Person) -> dict[str, Any]:
    return {"_id": person.id, "name": person.name}


def summary(ticket: TicketSummary) -> dict[str, Any]:
    return {
        "_id": ticket.id,
        "number": ticket.number,
        "title": ticket.title,
        "priority": ticket.priority.value,
        "status": ticket.status.value,
        "requester": person(ticket.requester),
        "assignee": person(ticket.assignee) if ticket.assignee else None,
        "sla_due": time(ticket.sla_due),
        "version": ticket.version,
        "created_at": time(ticket.created_at),
        "updated_at": time(ticket.updated_at),
        "waiting_for": ticket.waiting_for,
        "waiting_until": _time_or_none(ticket.waiting_until),
        "first_response_due": _time_or_none(ticket.first_response_due),
        "first_responded_at": _time_or_none(ticket.first_responded_at),
    }


def row(row: Row) -> dict[str, Any]:
    """What `summary` makes of the same ticket, made of the row itself."""
    for field in _TIMES:
        if (at := row[field]) is not None:
            row[field] = time(at)
    return row


def ticket(ticket: Ticket) -> dict[str, Any]:
    shape = summary(ticket)
    shape["description"] = ticket.description
    shape["reason"] = ticket.reason and ticket.reason.value
    shape["comments"] = [comment(one) for one in ticket.comments]
    shape["comments_count"] = ticket.comments_count
    return shape | _files(ticket.files)


def silences(ticket: Ticket, rules: AlertRules) -> dict[str, Any]:
    """For agents: who put its alerts off, and until when that holds."""
    acknowledged, until = ticket.alert.acknowledged, rules.acknowledged_until(ticket)
    if acknowledged and until:
        acknowledged = acknowledged._replace(until=until)
    said = {"acknowledged": acknowledged, "snoozed": ticket.alert.snoozed}
    return {what: silence and _silence(silence) for what, silence in said.items()}


def _silence(silence: Silence) -> dict[str, Any]:
    return {"by": person(silence.by), "at": time(silence.at), "until": time(silence.until)}


def comment(comment: Comment) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "_id": comment.id,
        "message": comment.message,
        "author": person(comment.author),
        "created_at": time(comment.created_at),
    }
    if comment.internal:
        shape["internal"] = True
    return shape | _files(comment.files)


def _files(files: Sequence[SlackFile]) -> dict[str, Any]:
    return {"files": [file._asdict() for file in files]} if files else {}


def timeline_entry(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "at": time(entry.at),
        "by": person(entry.by),
        "via": entry.via.value,
        "what": entry.what,
        "changes": {
            field: {"old": _value(old), "new": _value(new)}
            for field, (old, new) in entry.changes.items()
        },
        "until": _time_or_none(entry.until),
        "token": entry.token,
    }


def _value(value: object) -> object:
    if isinstance(value, Person):
        return person(value)
    return time(value) if isinstance(value, datetime) else value


def clock(ticket: Ticket, sla_status: SlaStatus, *, replies: bool) -> dict[str, Any]:
    """With the next reply where those are promised."""
    answer, reply = sla_status.first_response, sla_status.next_reply
    promised = {"next_reply": _deadline(reply) if reply else None} if replies else {}
    return promised | {
        "_id": ticket.id,
        "number": ticket.number,
        "at": time(sla_status.at),
        "running": sla_status.running,
        "waiting_for": ticket.waiting_for,
        "waiting_until": _time_or_none(ticket.waiting_until),
        "first_response": _deadline(answer) if answer else None,
        "resolution": _deadline(sla_status.resolution),
        "spans": [_span(span) for span in sla_status.spans],
    }


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "due": time(deadline.due),
        "done_at": _time_or_none(deadline.done_at),
        "late": deadline.late,
        "late_since": _time_or_none(deadline.late_since),
        "remaining_milliseconds": _milliseconds(deadline.remaining),
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "kind": span.kind.value,
        "since": time(span.since),
        "until": time(span.until),
        "milliseconds": _milliseconds(span.length),
        "waiting_for": span.waiting_for,
        "by": person(span.by) if span.by else None,
        "said": told(span),
    }


def _milliseconds(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)


def api_token(token: ApiToken) -> dict[str, Any]:
    return {
        "_id": token.id,
        "name": token.name,
        "scope": token.scope.value,
        "created_at": time(token.created_at),
        "expires_at": _time_or_none(token.expires_at),
        "last_used_at": _time_or_none(token.last_used_at),
    }


def user(user: Account) -> dict[str, Any]:
    return account(user) | {
        "slack_id": user.slack_id,
        "bot": user.bot,
        "disabled": user.disabled,
    }


def account(account: Account) -> dict[str, Any]:
    return {
        "_id": account.id,
        "name": account.name,
        "email": account.email,
        "role": account.role.value,
    }
