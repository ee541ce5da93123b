"""The verbs that put a ticket's alerts off."""

from datetime import timedelta

from bot.invocation import COMMAND, Invocation
from bot.markup.blocks import Message
from bot.markup.mrkdwn import local_time
from bot.slack.error_answers import NotUnderstood
from core.alerts.rules import LONGEST_SNOOZE

_ALLOWED = f"The shortest time is 1m, the longest {LONGEST_SNOOZE // timedelta(hours=1)}h (a week)."


async def ack(invocation: Invocation) -> Message:
    ticket = await invocation.desk.acknowledge(
        invocation.ticket_alone(), by=invocation.by, key=invocation.key
    )
    ring = ticket.alert.ring
    rings = f" If nothing happens to it, it rings {local_time(ring.at)}." if ring else ""
    return {"text": f"{ticket.key} is acknowledged.{rings}"}


async def snooze(invocation: Invocation) -> Message:
    word = invocation.after_ticket(f"Until when? {_ALLOWED}").lower()
    at = invocation.desk.clock()
    until = invocation.desk.rules.snoozed_until(word, at=at)
    if until is None:
        raise NotUnderstood(
            f"Say 30m, 2h or tomorrow. {_ALLOWED} Try `{COMMAND} {invocation.right}`."
        )
    ticket = await invocation.desk.snooze(
        invocation.ticket(), by=invocation.by, until=until, key=invocation.key
    )
    late_by_then = ticket.breached(at=until) and not ticket.breached(at=at)
    due = f" It is due before that: {local_time(ticket.sla_due)}." if late_by_then else ""
    return {"text": f"{ticket.key} is snoozed until {local_time(until)}.{due}"}
