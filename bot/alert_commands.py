"""The verbs that put a ticket's alerts off."""

from bot.cards import Message
from bot.said import COMMAND, NotUnderstood, Said
from bot.words import local_time


async def ack(said: Said) -> Message:
    ticket = await said.desk.acknowledge(said.ticket_alone(), by=said.by)
    until = said.desk.rules.acknowledged_until(ticket)
    holds = f" If nothing happens to it, it rings again {local_time(until)}." if until else ""
    return {"text": f"{ticket.key} is acknowledged.{holds}"}


async def snooze(said: Said) -> Message:
    word = said.after_ticket("Until when?").lower()
    until = said.desk.rules.snoozed_until(word, at=said.desk.clock())
    if until is None:
        raise NotUnderstood(
            f"Say 30m, 2h or tomorrow, and no more than a week: `{COMMAND} {said.usage}`."
        )
    ticket = await said.desk.snooze(said.ticket(), by=said.by, until=until)
    return {"text": f"{ticket.key} is snoozed until {local_time(until)}."}
