"""The verbs that put a ticket's alerts off."""

from datetime import timedelta

from bot.invocation import COMMAND, Invocation, each
from bot.markup.blocks import Message
from bot.markup.mrkdwn import local_time
from bot.slack.error_answers import NotUnderstood
from core.alerts.rules import LONGEST_SNOOZE

_ALLOWED = f"The shortest time is 1m, the longest {LONGEST_SNOOZE // timedelta(hours=1)}h (a week)."


async def ack(invocation: Invocation) -> Message:
    invocation.nothing_more()

    async def one(ticket: str, key: str) -> str:
        acknowledged = await invocation.desk.acknowledge(ticket, by=invocation.by, key=key)
        ring = acknowledged.alert.ring
        rings = f" If nothing happens to it, it rings {local_time(ring.at)}." if ring else ""
        return f"{acknowledged.key} is acknowledged.{rings}"

    return await each(invocation, one)


async def snooze(invocation: Invocation) -> Message:
    invocation.after_tickets(f"Until when? {_ALLOWED}")
    said = " ".join(invocation.others).lower()
    at = invocation.desk.clock()
    until = invocation.desk.rules.snoozed_until(said, at=at)
    if until is None:
        raise NotUnderstood(
            f"Say 30m, 2h or tomorrow. {_ALLOWED} Try `{COMMAND} {invocation.right}`."
        )

    async def one(ticket: str, key: str) -> str:
        snoozed = await invocation.desk.snooze(ticket, by=invocation.by, until=until, key=key)
        late_by_then = snoozed.breached(at=until) and not snoozed.breached(at=at)
        due = f" It is due before that: {local_time(snoozed.sla_due)}." if late_by_then else ""
        return f"{snoozed.key} is snoozed until {local_time(until)}.{due}"

    return await each(invocation, one)
