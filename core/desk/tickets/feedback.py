"""What its requester says of a ticket: that it goes on after all, was helpful, or is urgent."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.desk.tickets.decisions import Changed, Decision, Decisions
from core.errors import NotAllowed, WrongState
from core.people import permissions
from core.people.accounts import Actor, Role
from core.people.permissions import Action
from core.sla import Sla
from core.sla.history import CLOCKS_DIFFER
from core.tickets import Priority, SlackMessage, Status, Ticket, TimelineEntry, label


@dataclass(frozen=True)
class Feedback:
    decisions: Decisions
    sla: Sla

    async def asked_of(self, message: SlackMessage) -> Ticket | None:
        """The ticket that its requester is to be asked about: this is the first that they said in
        Slack since it was resolved or closed. Who says thanks five times is asked once, and nobody
        who was told there that it is."""
        tickets = self.decisions.tickets
        found = await tickets.threads.comment_from(message)
        if found is None or not found[0].status.finished:
            return None
        if found[1].author.id != found[0].requester.id:
            return None
        ticket = await tickets.get(found[0].id, notes=False)
        pause = ticket.sla_history.paused if ticket else None
        if ticket is None or pause is None:
            return None
        if found[1].created_at < pause.since - CLOCKS_DIFFER:
            return None
        # What they said just before it may have been heard before it, too, and not asked about.
        said = (one for one in ticket.comments if one.author.id == ticket.requester.id)
        messages = [one.source for one in said if one.source and one.created_at >= pause.since]
        if messages[:1] not in ([], [message]):
            return None
        told = await tickets.threads.was_told(ticket.id, pause.since, channel=message.channel)
        return None if told else ticket

    async def was_helpful(self, reference: str, helpful: bool, *, by: Actor) -> Ticket:
        """Keeps what its requester says of what came of it; what they said first stands.

        Raises NotAllowed, and WrongState for what goes on by now.
        """
        ticket = await self.decisions.whole(reference, by=by)
        if by.id != ticket.requester.id:
            raise NotAllowed(f"Only whoever filed {ticket.key} can say whether that was helpful.")
        if not ticket.status.finished:
            raise WrongState(f"{ticket.key} goes on: it is {label(ticket.status)} again.")
        said = await self.decisions.tickets.helpful.said(ticket.id, helpful=helpful)
        if said is None:
            return ticket
        self.decisions.changed(said, by)
        return said

    async def is_urgent(self, reference: str, *, by: Actor, key: str) -> Changed:
        """It has high priority then, and rings at once whoever works, once.

        Raises NotAllowed, and WrongState for what is finished, or was said to be urgent before.
        """

        def decision(ticket: Ticket, at: datetime) -> Decision:
            if by.id != ticket.requester.id:
                raise NotAllowed(f"Only whoever filed {ticket.key} can say that it is urgent.")
            if ticket.status.finished:
                stands = label(ticket.status)
                raise WrongState(f"{ticket.key} is {stands}: reopen it if it is to go on.")
            if ticket.alert.urgent is not None:
                raise WrongState(f"The team is told already that {ticket.key} is urgent.")
            # Nobody else's to change, but for this.
            raised = ticket.changed(
                {"priority": Priority.HIGH}, by=by._replace(role=Role.AGENT), at=at, sla=self.sla
            )
            new, changes = (raised[0], raised[1].changes) if raised else (ticket, {})
            alert, version = replace(new.alert, urgent=at), ticket.version + 1
            new = replace(new, alert=alert, version=version, updated_at=at)
            return new, TimelineEntry(at, by.person, by.via, "urgent", changes, token=by.token)

        return await self.decisions.decide(reference, decision, by=by, key=key)

    async def reopen(self, reference: str, *, by: Actor, key: str) -> Changed:
        """Only what is finished: whoever is late, or says it twice, takes back nothing."""

        def decision(ticket: Ticket, at: datetime) -> Decision:
            permissions.require(by, Action.REOPEN, requester=ticket.requester)
            if not ticket.status.finished:
                return None
            return ticket.changed({"status": Status.OPEN}, by=by, at=at, sla=self.sla)

        return await self.decisions.decide(reference, decision, by=by, key=key)
