"""What is told in /readyz: what the desk lacks, and what keeps Slack and us apart."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextvars import Context
from datetime import timedelta

import structlog

from bot.markup.mrkdwn import utc
from bot.runtime.jobs import Seconds, Timetable
from bot.runtime.problems import Problem, Problems, Trouble
from bot.slack.api_errors import UNTIL_REPAIRED, advice_on
from bot.slack.history import SlackHistory
from bot.slack.poster import SlackPoster
from bot.slack.receiver.socket_mode import SocketMode
from bot.slack.token_check import TokenCheck
from core.clock import Clock
from core.errors import Unavailable
from core.store import Store
from core.store.full import Full
from core.store.mongo.server import NO_REPLICA_SET
from core.store.readings import ChannelReading
from core.tickets import slack_time
from core.tickets.source import is_direct

log = structlog.get_logger("helpdesk")

# With very many tickets a start may take a while; whoever waits for it is told after so long.
SOME_SECONDS = 5.0
# How long an alert may be owed before that is told, and seconds for which it is watched first: a
# desk that was stopped for the night has some to catch up on.
OWED = timedelta(minutes=5)
CATCHING_UP = 60.0
# Seconds for which Slack may leave us without a word about the token.
UNANSWERED = 30.0
# Seconds in which Slack's own change of connections is over.
RECONNECTED = 10.0
# Seconds for which what passes by itself may keep a channel from being read.
PASSING = 900.0
# Seconds for which a clock that was set is told.
REMEMBERED = 3600.0

Source = Callable[[], Awaitable[Iterable[Trouble]]]
# Full tickets that are told by name.
MOST_NAMED = 10


async def prepared(store: Store) -> None:
    """Without an index that a promise rests on, the desk runs but says it is not ready."""
    loop = asyncio.get_running_loop()
    telling = loop.call_later(SOME_SECONDS, log.info, "the database is being prepared")
    try:
        await store.prepare()
    finally:
        telling.cancel()


def _no_room(full: Sequence[Full]) -> str:
    names = [ticket.key for ticket in full[:MOST_NAMED]]
    names += ["and others"] if len(full) > MOST_NAMED else []
    return (
        f"No room is left in {', '.join(names)} to note what Slack is told, so it is told nothing "
        "of them: see “A full ticket” in docs/operating.md."
    )


def _known(found: Callable[[], Iterable[Trouble]]) -> Source:
    async def source() -> Iterable[Trouble]:
        return found()

    return source


def _behind(reading: ChannelReading, *, usual: str) -> Trouble:
    why = reading.error or ""
    said = f"What was said in {reading.channel} since {utc(slack_time(reading.since))}, and Slack "
    if not why:
        said += "did not tell of, is being read."
        return Trouble(said, which=reading.channel, breaks=False, patience=CATCHING_UP)
    advice = advice_on(why)
    if why in ("channel_not_found", "not_in_channel") and reading.channel != usual:
        advice = "type /invite @HelpDesk in the channel, or close the tickets that were made there"
    passing = advice is None
    if why == "ratelimited":
        advice = "it goes on as fast as Slack lets it"
    return Trouble(
        f"{said}did not tell of, is not looked for ({why}): "
        f"{advice or 'see whether this machine reaches Slack, and status.slack.com'}.",
        which=reading.channel,
        breaks=False,
        patience=PASSING if passing else 0.0,
    )


class Readiness:
    """Looks for what is wrong, remembers since when, and lets the log know."""

    def __init__(
        self,
        store: Store,
        poster: SlackPoster,
        token: TokenCheck,
        history: SlackHistory,
        timetable: Timetable,
        clock: Clock,
        now: Seconds = time.monotonic,
        lookups: Mapping[str, Callable[[], Iterable[Trouble]]] | None = None,
    ) -> None:
        """`lookups` are further sources, which know already what is the matter."""
        self._store = store
        self._poster = poster
        self._token = token
        self._history = history
        self._timetable = timetable
        self._clock = clock
        self.socket: SocketMode | None = None
        self._was_connected = False
        self._now = now
        self._problems = Problems(clock, now)
        self._looking: asyncio.Task[None] | None = None
        # By what its problems are called, in the order in which they are told.
        self._sources: Mapping[str, Source] = {
            "replica_set": self._sets,
            "index": self._indexes,
            "job": self._jobs,
            "alerts": self._alerts,
            "full": self._full,
            "token": self._tokens,
            "messages": self._messages,
            "history": self._histories,
            "reading": self._readings,
            "socket": self._sockets,
            "clock": self._clocks,
            **{name: _known(found) for name, found in (lookups or {}).items()},
        }

    async def problems(self) -> Sequence[Problem]:
        """What is the matter now, by a look that began after it was asked. However many ask at
        once, it is looked for once."""
        before = self._looking
        if before is not None and not before.done():
            await asyncio.wait({before})
        if self._looking is before:
            self._looking = asyncio.create_task(self._look(), context=Context())
        assert self._looking is not None
        await asyncio.shield(self._looking)
        return self._problems.all

    async def look(self) -> None:
        """The same for nobody but the log."""
        await self.problems()

    async def _look(self) -> None:
        asked = [self._asked(source) for source in self._sources.values()]
        answers = dict(zip(self._sources, await asyncio.gather(*asked), strict=True))
        silent = next((one for one in answers.values() if isinstance(one, Unavailable)), None)
        self._problems.update("database", [Trouble(str(silent))] if silent else [])
        if silent:
            self._timetable.excuse()
            # What a job waits for is said already.
            del answers["job"]
        for name, answer in answers.items():
            # Of what could not be asked, nobody knows whether it is over.
            if not isinstance(answer, Unavailable):
                self._problems.update(name, answer)

    async def _asked(self, source: Source) -> Iterable[Trouble] | Unavailable:
        try:
            return await source()
        except Unavailable as error:
            return error

    async def _sets(self) -> Iterable[Trouble]:
        return [Trouble(NO_REPLICA_SET, breaks=False)] if self._store.is_standalone else []

    async def _indexes(self) -> Iterable[Trouble]:
        return [Trouble(flaw.message, which=flaw.name) for flaw in await self._store.flaws()]

    async def _jobs(self) -> Iterable[Trouble]:
        return [
            Trouble(said, which=name, lasted=seconds)
            for name, said, seconds in self._timetable.troubles
        ]

    async def _alerts(self) -> Iterable[Trouble]:
        overdue = await self._store.arrears.overdue(self._clock() - OWED)
        if not overdue.alerts:
            return []
        doubt = f", {overdue.doubtful} of which may be in Slack all the same"
        return [
            Trouble(
                f"Alerts are owed for more than five minutes: {overdue.alerts}"
                f"{doubt if overdue.doubtful else ''}. What else is told here, or the log, says"
                " why: the bot must be able to post in its channels and to read them.",
                patience=CATCHING_UP,
            )
        ]

    async def _full(self) -> Iterable[Trouble]:
        """No reason to take the desk from its users: any of them may fill a ticket."""
        full = await self._store.full.named(most=MOST_NAMED + 1)
        return [Trouble(_no_room(full), breaks=False)] if full else []

    async def _tokens(self) -> Iterable[Trouble]:
        if self._token.trouble:
            return [Trouble(self._token.trouble)]
        unanswered = self._token.unanswered
        return [Trouble(unanswered, patience=UNANSWERED)] if unanswered else []

    async def _messages(self) -> Iterable[Trouble]:
        """What was refused here may have been posted since by another process."""
        troubles, usual = self._poster.troubles, self._poster.channel
        settled = any(one.ago > UNTIL_REPAIRED for one in troubles.channels) and not (
            await self._store.arrears.anything(at=self._clock())
        )
        for one in troubles.channels:
            if settled and one.ago > UNTIL_REPAIRED and one.channel == usual:
                troubles.forget(one.channel)
        # What another channel does not take is said in the alert channel, and a single message that
        # is taken in no form keeps no other back.
        return [
            *(
                Trouble(one.message, which=one.channel, breaks=one.channel == usual)
                for one in troubles.channels
            ),
            *(Trouble(line, which=what, breaks=False) for what, line in troubles.messages.items()),
        ]

    async def _histories(self) -> Iterable[Trouble]:
        unread = self._history.troubles(usual=self._poster.channel).items()
        return [Trouble(said, which=channel, breaks=hides) for channel, (said, hides) in unread]

    async def _readings(self) -> Iterable[Trouble]:
        """What Slack did not tell of, and cannot be looked for, or is not read through yet."""
        readings = await self._store.readings.channels()
        # That people may not be heard directly is told with the scopes.
        behind = [one for one in readings if one.error or one.walk]
        told = [one for one in behind if one.error != "missing_scope" or not is_direct(one.channel)]
        return [_behind(one, usual=self._poster.channel) for one in told]

    async def _sockets(self) -> Iterable[Trouble]:
        if self.socket is None:
            return []
        trouble = self.socket.trouble
        if trouble is None:
            self._was_connected = True
            return []
        return [Trouble(trouble, patience=RECONNECTED if self._was_connected else 0)]

    async def _clocks(self) -> Iterable[Trouble]:
        jump = self._timetable.jump
        if jump is None or (ago := self._now() - jump.at) > REMEMBERED:
            return []
        way = "forward" if jump.seconds > 0 else "back"
        return [
            Trouble(
                f"The clock of this machine was set {way} by {abs(round(jump.seconds))} s, or the"
                " machine slept. Tickets are due by it: see that it is right, and kept right"
                " (NTP).",
                breaks=False,
                lasted=ago,
            )
        ]
