"""A few tickets to look at, for whoever opens the local Slack for the first time.

They are filed and worked on through the desk, by a clock in the past.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from core.desk import Desk
from core.idempotency import Key, digest
from core.people.accounts import Actor
from core.sla import Sla
from core.tickets import Changes, NewComment, NewTicket, Priority, Status
from core.tickets.finding.query import TicketQuery

# From the start until the first alert: long enough to open the page, and to look around.
UNTIL_LATE = timedelta(seconds=40)


class Cast(NamedTuple):
    """Two who ask, and one who works on tickets."""

    ada: Actor
    ben: Actor
    agent: Actor


@dataclass(frozen=True)
class Sample:
    by: Actor
    new: NewTicket
    # The share of its time that is over already; None for the one that is late soon.
    elapsed: float | None
    then: Sequence[tuple[Actor, Changes | NewComment]] = ()

    def filed_at(self, now: datetime, sla: Sla) -> datetime:
        time = sla.policy[self.new.priority].resolution
        if self.elapsed is None:
            return now - max(time - UNTIL_LATE, timedelta(0))
        return _to_milliseconds(now - time * self.elapsed)


async def file_samples(desk: Desk, cast: Cast) -> bool:
    """Only where there is no ticket yet; of two who start at once, each is filed by one."""
    if await desk.list_tickets(TicketQuery(), by=cast.agent, limit=1):
        return False
    now = desk.clock()
    for sample in sorted(samples(cast), key=lambda sample: sample.filed_at(now, desk.sla)):
        await file_sample(desk, sample, now)
    return True


async def file_sample(desk: Desk, sample: Sample, now: datetime) -> None:
    filed_at = sample.filed_at(now, desk.sla)
    key = Key(f"sample:{sample.new.title}", digest(sample.new))
    filed = await _at(filed_at, desk).open_ticket(sample.new, by=sample.by, key=key)
    if filed.repeated:
        return
    ticket = filed.ticket.key
    for step, (who, what) in enumerate(sample.then, 1):
        at = filed_at + (now - filed_at) * step / (len(sample.then) + 1)
        past = _at(_to_milliseconds(at), desk)
        if isinstance(what, NewComment):
            await past.comment(ticket, what, by=who)
        else:
            await past.change_ticket(ticket, what, by=who)


def _at(time: datetime, desk: Desk) -> Desk:
    """Slack is told when all are there, so that each card is posted as its ticket stands."""
    return replace(desk, clock=lambda: time, changed=lambda ticket, by: None)


def _to_milliseconds(time: datetime) -> datetime:
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def samples(cast: Cast) -> list[Sample]:
    ada, ben, agent = cast
    taken = (agent, Changes(assignee=agent.id))
    started = (agent, Changes(assignee=agent.id, status=Status.IN_PROGRESS))
    return [
        Sample(
            ben,
            NewTicket(
                title="Second monitor for my desk in room 412",
                description="The spare one from the cupboard flickers. Any 24 inch will do.",
                priority=Priority.LOW,
            ),
            0.5,
            [
                taken,
                (agent, NewComment(message="Ordered; the shop says Thursday.")),
                (agent, Changes(status=Status.WAITING)),
            ],
        ),
        Sample(
            ada,
            NewTicket(
                title="I cannot open the team calendar",
                description="It asks for a password and then says that I have no access.",
            ),
            0.4,
            [
                started,
                (agent, NewComment(message="You were not in the group yet. Please try again.")),
                (ada, NewComment(message="Works now, thank you!")),
                (agent, Changes(status=Status.RESOLVED)),
            ],
        ),
        Sample(
            ada,
            NewTicket(
                title="VPN drops every few minutes",
                description="Since this morning, at home and on the phone. I have a customer "
                "call at three.",
                priority=Priority.HIGH,
            ),
            None,
            [(ada, NewComment(message="The other location, Frankfurt, drops as well."))],
        ),
        Sample(
            ben,
            NewTicket(
                title="Printer on the second floor prints blank pages",
                description="Only the big one by the kitchen. Paper is in.",
            ),
            0.15,
            [started, (agent, NewComment(message="New toner is in. Could you try one page?"))],
        ),
        Sample(
            ada,
            NewTicket(
                title="Please add Sam to the design mailing list",
                description="Sam starts on Monday.",
                priority=Priority.LOW,
            ),
            0.04,
        ),
        Sample(
            ben,
            NewTicket(
                title="Yesterday's invoices are missing from the archive",
                description="Everything up to number 2214 is there, the rest is not.",
                priority=Priority.HIGH,
            ),
            0.1,
            [taken],
        ),
    ]
