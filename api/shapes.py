"""How accounts and tickets look as JSON.

Plain dicts, because a model for every row of a list costs a tenth of the time; what they hold
is described in api/answers.py.
"""

from datetime import datetime
from typing import Any

from core.accounts import Account, Person
from core.tickets import Ticket, TicketSummary


def time(at: datetime) -> str:
    """UTC, with milliseconds and a Z."""
    return at.isoformat("T", "milliseconds")[:23] + "Z"


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
    }


def ticket(ticket: Ticket) -> dict[str, Any]:
    shape = summary(ticket)
    shape["description"] = ticket.description
    shape["comments"] = [
        {
            "_id": comment.id,
            "message": comment.message,
            "author": person(comment.author),
            "created_at": time(comment.created_at),
        }
        for comment in ticket.comments
    ]
    return shape


def account(account: Account) -> dict[str, Any]:
    return {
        "_id": account.id,
        "name": account.name,
        "email": account.email,
        "role": account.role.value,
    }
