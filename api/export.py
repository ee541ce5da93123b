"""The desk as lines of JSON: accounts and tickets as REST shows them to admins."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic_core import to_json

from api import serializers
from core.alerts.rules import AlertRules
from core.desk.export import Export
from core.errors import TicketNotFound
from core.store.tickets.lists import Whole


async def lines(export: Export, rules: AlertRules) -> AsyncIterator[bytes]:
    """Each says its kind. The last, of the kind `end`, counts the others; it is not there if
    anything is lacking."""
    accounts = tickets = 0
    async for account in export.every_account():
        yield _line("account", serializers.user(account))
        accounts += 1
    async for whole in export.every_ticket():
        try:
            line = await _ticket(whole, export, rules)
        except TicketNotFound:
            continue
        yield line
        tickets += 1
    if not export.lacking:
        yield _line("end", {"accounts": accounts, "tickets": tickets})


async def _ticket(whole: Whole, export: Export, rules: AlertRules) -> bytes:
    """With its comments, and its timeline, whole."""
    # As JSON, a timeline takes a fraction of the memory: it may be a hundred thousand entries.
    parts = [
        to_json([serializers.timeline_entry(entry) for entry in part])[1:-1]
        async for part in export.timeline(whole)
        if part
    ]
    ticket = whole.ticket
    shape = serializers.ticket(ticket) | serializers.silences(ticket, rules)
    shape["helpful"] = ticket.helpful
    return b'%b,"timeline":[%b]}\n' % (_line("ticket", shape)[:-2], b",".join(parts))


def _line(kind: str, shape: dict[str, Any]) -> bytes:
    return to_json({"kind": kind} | shape) + b"\n"
