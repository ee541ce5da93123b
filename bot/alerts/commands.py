"""The verbs that put a ticket's alerts off."""

from datetime import timedelta

from bot.invocation import COMMAND, NotUnderstood, Said
from bot.markup.mrkdwn import local_time
from bot.tickets.card import Message
from core.alerts.rules import LONGEST_SNOOZE

_ALLOWED = f"The shortest time is 1m, the longest {LONGEST_SNOOZE // timedelta(hours=1)}h (a week)."


async def ack(said: Said) -> Message:
    ticket = await said.desk.acknowledge(said.ticket_alone(), by=said.by, key=said.key)
    ring = ticket.alert.ring
    rings = f" If nothing happens to it, it rings {local_time(ring.at)}." if ring else ""
    return {"text": f"{ticket.key} is acknowledged.{rings}"}


async def snooze(said: Said) -> Message:
    word = said.after_ticket(f"Until when? {_ALLOWED}").lower()
    at = said.desk.clock()
    until = said.desk.rules.snoozed_until(word, at=at)
    if until is None:
        raise NotUnderstood(f"Say 30m, 2h or tomorrow. {_ALLOWED} Try `{COMMAND} {said.right}`.")
    ticket = await said.desk.snooze(said.ticket(), by=said.by, until=until, key=said.key)
    late_by_then = ticket.breached(at=until) and not ticket.breached(at=at)
    due = f" It is due before that: {local_time(ticket.sla_due)}." if late_by_then else ""
    return {"text": f"{ticket.key} is snoozed until {local_time(until)}.{due}"}
