"""The daily digest: how the desk stands, posted to the alert channel once a day.

Once, however many processes run: whoever holds the day's document (core/store/delivery/digests.py)
posts. It is posted at most once, and that is enough: what is late is announced anyway.
"""

import asyncio
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import structlog

from bot.markup.blocks import Message, context, section
from bot.markup.mrkdwn import inert, local_time, name_of, unsigned
from bot.slack.api_errors import LONGEST_PAUSE, Outcome, Refused, Sent, Unknown
from bot.slack.metadata import DIGEST
from bot.slack.poster import SlackPoster, TurnFarOff
from bot.tickets.line import named, state
from core.clock import Clock
from core.desk.reports import MOST, standing
from core.reports.report import midnight
from core.reports.workload import Workload
from core.sla import Sla
from core.store import Store
from core.store.delivery.digests import Digest
from core.tickets import TicketSummary

log = structlog.get_logger("bot")

# Who was not running at the time makes up for it this long: later, it would be no news.
GRACE = timedelta(hours=1)
# Assignees that are told one by one, and characters of a name.
_ASSIGNEES = 12
_NAME = 40


class DailyDigest:
    def __init__(
        self,
        store: Store,
        poster: SlackPoster,
        sla: Sla,
        clock: Clock,
        *,
        at: time | None,
        lease: timedelta,
    ) -> None:
        """`at` this time of the desk's day; never, if None."""
        self._lease = lease
        self._digests = store.digests
        self._tickets = store.tickets
        self._poster = poster
        self._clock = clock
        self._sla = sla
        self._at = at
        # The last day that there is nothing more to do for.
        self._done: date | None = None

    async def tell(self) -> None:
        """Posts the digest if its time has come and nobody has."""
        now, channel = self._clock(), self._poster.channel
        day = due_day(now, self._at, self._sla) if self._at is not None else None
        if day is None or day == self._done:
            return
        if await self._digests.is_settled(day, channel):
            self._done = day
            return
        digest = await self._digests.claim(day, channel, lease=self._lease)
        if digest is None:
            return
        found = await standing(self._tickets, at=now)
        metadata = {"event_type": DIGEST, "event_payload": {"day": day.isoformat()}}
        message = digest_message(found) | {"metadata": metadata}
        plainly = f"{_open(found)} /ticket digest now"
        try:
            outcome = await self._post(digest, channel, message, plainly=plainly)
        except TurnFarOff as far_off:
            outcome = far_off.refused
        match outcome:
            case None:
                return
            case Sent():
                self._done = day
                self._poster.troubles.posted("the digest")
                await self._digests.posted(digest, ts=outcome.ts)
                log.info("digest posted", day=day.isoformat())
            case Refused():
                wait = outcome.wait
                if outcome.of_this_text:
                    wait, remedy = LONGEST_PAUSE, "it is tried again after ten minutes"
                    self._poster.troubles.not_posted("the digest", outcome.error, remedy=remedy)
                await self._digests.refused(digest, wait=timedelta(seconds=wait))
            case Unknown():
                # It may be there: a second one would be worse than none.
                self._done = day
                log.warning("digest posted or not", day=day.isoformat(), error=outcome.error)

    async def _post(
        self, digest: Digest, channel: str, message: Message, *, plainly: str
    ) -> Outcome | None:
        """None if too little of the lease is left."""
        limit = self._poster.limit
        async with self._poster.turn(channel):
            until = asyncio.get_running_loop().time() + limit
            if not await self._digests.begin(digest, within=timedelta(seconds=limit)):
                return None
            return await self._poster.post(channel, message, until=until, plainly=plainly)


def due_day(now: datetime, at: time, sla: Sla) -> date | None:
    """The day whose digest is due now; none on days on which the desk is not open at all."""
    today = now.astimezone(sla.zone).date()
    # Just after midnight, that of the evening before may still be due.
    for day in (today, today - timedelta(days=1)):
        time_of_day = datetime.combine(day, at, sla.zone)
        if timedelta(0) <= now - time_of_day < GRACE:
            opens, ends = midnight(day, sla.zone), midnight(day + timedelta(days=1), sla.zone)
            return day if sla.calendar.open_time(opens, ends) else None
    return None


def digest_message(standing: Workload) -> Message:
    if not standing.unfinished:
        text = ":sunny: *No ticket is open.*"
        return {"text": unsigned(text), "blocks": [section(text)]}
    text = f"*{_open(standing)}*"
    head = f"{':rotating_light:' if standing.late else ':sunny:'} {text}"
    shares = "\n".join(_shares(standing))
    oldest = "\n".join(map(_line, standing.oldest))
    hints = ["`/ticket list breached` shows what is late."]
    if not standing.complete:
        hints.insert(0, f"There are more: only the latest {MOST:,} were counted.")
    hint = " ".join(hints)
    blocks = [section(head), section(f"*Who has them*\n{shares}"), section(f"*Oldest*\n{oldest}")]
    return {"text": f"{text}\n{shares}", "blocks": [*blocks, context(hint)]}


def _open(standing: Workload) -> str:
    return f"{_tickets(standing.unfinished)} open, {standing.late or 'none'} of them late."


def _tickets(count: int) -> str:
    return "1 ticket is" if count == 1 else f"{count:,} tickets are"


def _line(ticket: TicketSummary) -> str:
    who = inert(name_of(ticket.assignee, _NAME)) if ticket.assignee else "nobody has it"
    filed = local_time(ticket.created_at)
    return f"• {named(ticket, 120)} · {state(ticket)} · {who} · filed {filed}"


def _shares(standing: Workload) -> Iterator[str]:
    for share in standing.shares[:_ASSIGNEES]:
        # By name: a digest rings nobody.
        who = inert(name_of(share.person, _NAME)) if share.person else "_nobody_"
        late = f", {share.late:,} late" if share.late else ""
        yield f"• {who}: {share.unfinished:,}{late}"
    if len(standing.shares) > _ASSIGNEES:
        yield f"• and {len(standing.shares) - _ASSIGNEES} more people"
