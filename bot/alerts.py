"""Announces each late ticket in the alert channel: once, across processes, crashes and retries.

The state machine is written down in docs/alerts.md; core/store/owed.py keeps its state.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.cards import ALERT, Message, buttons, context, section
from bot.payment import Courier
from bot.posting import Sent
from bot.words import inert, local_time, mention, one_line
from core.clock import Clock
from core.store import Delivery, OwedStore
from core.tickets import Ticket

log = structlog.get_logger("bot")

# More late tickets at once than this are listed in one message.
ONE_BY_ONE = 3
# Tickets in one such message, for each has its identity in the message's metadata, and the
# characters of its lines: Slack splits a message of more than 3,000.
LISTED = 100
LONGEST = 2400


class Alerts:
    def __init__(self, owed: OwedStore, courier: Courier, clock: Clock) -> None:
        self._owed = owed
        self._courier = courier
        self._clock = clock

    async def announce(self) -> None:
        """Announces every breach that is owed by now; what fails is owed still."""
        timing, at = self._courier.timing, self._clock()
        claimed = await self._owed.claim_alerts(
            at=at, lease=timing.lease, doubt=timing.doubt, most=LISTED
        )
        while claimed and await self._announce_these(claimed):
            claimed = await self._owed.more_alerts(
                claimed[0].claim, at=at, lease=timing.lease, most=LISTED
            )

    async def _announce_these(self, claimed: Sequence[Delivery]) -> bool:
        """Whether it went well, so that it is worth going on."""
        unsent = await self._courier.not_in_history(claimed, identity=self._identity)
        if len(unsent) > ONE_BY_ONE:
            return await self._announce(unsent)
        went = [await self._announce([delivery]) for delivery in unsent]
        return all(went)

    async def _announce(self, deliveries: Sequence[Delivery]) -> bool:
        outcome, posted = await self._courier.post(deliveries, self._courier.channel, self._message)
        if not isinstance(outcome, Sent):
            return False
        for delivery in posted:
            assignee = delivery.ticket.assignee
            log.warning(
                "breach announced",
                ticket=delivery.ticket.key,
                due=delivery.due and delivery.due.isoformat(),
                assignee=assignee and assignee.id,
            )
        return True

    def _message(self, deliveries: Sequence[Delivery]) -> Message:
        tickets = [delivery.ticket for delivery in deliveries]
        single = len(tickets) == 1
        message = late(tickets[0], at=self._clock()) if single else late_list(tickets)
        alerts = [self._identity(delivery) for delivery in deliveries]
        metadata = {"event_type": ALERT, "event_payload": {"alerts": alerts}}
        return message | {"metadata": metadata}

    def _identity(self, delivery: Delivery) -> str:
        due: datetime = delivery.due or delivery.ticket.sla_due
        milliseconds = round(due.timestamp() * 1000)
        return f"breach:{delivery.ticket.id}:{milliseconds}:{self._courier.channel}"


def late(ticket: Ticket, *, at: datetime) -> Message:
    """One late ticket, and how it stands now: an alert is edited as its ticket changes."""
    title = inert(one_line(ticket.title, 200))
    if ticket.status.finished:
        said = f":white_check_mark: *{ticket.key} was late* and is {ticket.status}: {title}"
        offered: list[str] = []
    elif not ticket.breached(at=at):
        said = f":white_check_mark: *{ticket.key} was late* and has more time now: {title}"
        offered = []
    elif ticket.assignee:
        said = (
            f":rotating_light: *{ticket.key} is late:* {title}\n{mention(ticket.assignee)} has it."
        )
        offered = ["resolve"]
    else:
        said = f":rotating_light: *{ticket.key} is late:* {title}\n*Nobody has it yet.*"
        offered = ["claim", "resolve"]
    due = "Was due" if ticket.sla_due < at else "Due"
    facts = (
        f"{due} {local_time(ticket.sla_due)} · {ticket.priority} priority · "
        f"filed by {inert(one_line(ticket.requester.name, 100))}"
    )
    blocks = [section(said), context(facts)]
    return {"text": said, "blocks": blocks + ([buttons(ticket, offered)] if offered else [])}


def late_list(tickets: Sequence[Ticket]) -> Message:
    """Many tickets that became late at once, the most overdue first."""
    said = f":rotating_light: *{len(tickets)} tickets are late.*"
    lines: list[str] = []
    for ticket in sorted(tickets, key=lambda ticket: ticket.sla_due):
        lines.append(f"• *{ticket.key}* {inert(one_line(ticket.title, 60))} — {_who(ticket)}")
        if sum(map(len, lines)) > LONGEST - 400:
            break
    more = len(tickets) - len(lines)
    rest = f"And {more} more: " if more else ""
    hint = context(f"{rest}`/ticket list breached` shows them all.")
    listed = "\n".join(lines)
    return {"text": f"{said}\n{listed}", "blocks": [section(said), section(listed), hint]}


def _who(ticket: Ticket) -> str:
    return mention(ticket.assignee) if ticket.assignee else "nobody has it"
