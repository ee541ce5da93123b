"""What is measured when Prometheus asks: what Slack is owed, and how far behind the jobs are."""

from bot.runtime.jobs import Timetable
from core import metrics
from core.clock import Clock
from core.errors import Unavailable
from core.metrics import Gauge
from core.store import Store

DATABASE = Gauge("helpdesk_database_up", "1 if MongoDB answered when this was asked, 0 otherwise.")
OWED = Gauge("helpdesk_owed", "Messages that Slack is owed and that are due, by kind.", "kind")
OWED_FOR = Gauge(
    "helpdesk_owed_oldest_seconds",
    "Since when the oldest of them is due, or its ticket changed last if it was due at once.",
    "kind",
)
SCAN_LAG = Gauge(
    "helpdesk_scan_lag_seconds", "Since the last look for what is late or owed that went well."
)
CATCH_UP_LAG = Gauge(
    "helpdesk_catch_up_lag_seconds",
    "Since all that Slack may not have told of was read, by any process.",
)
SCAN = "scan"


class Measured:
    def __init__(self, store: Store, timetable: Timetable, clock: Clock) -> None:
        self._store = store
        self._timetable = timetable
        self._clock = clock

    async def exposition(self) -> str:
        """All that there is; what MongoDB would have said is missing where it does not answer."""
        for gauge in (OWED, OWED_FOR, CATCH_UP_LAG):
            gauge.clear()
        try:
            await self._ask()
        except Unavailable:
            DATABASE.set(0)
        else:
            DATABASE.set(1)
        SCAN_LAG.set(round(self._timetable.since(SCAN), 3))
        return metrics.exposition()

    async def _ask(self) -> None:
        now = self._clock()
        owed = await self._store.arrears.by_kind(at=now)
        completed = await self._store.readings.completed()
        for kind, (messages, oldest) in owed.items():
            OWED.set(messages, kind)
            OWED_FOR.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0, kind)
        if completed is not None:
            CATCH_UP_LAG.set(max(0.0, (now - completed).total_seconds()))
