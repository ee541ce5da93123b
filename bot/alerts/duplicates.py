"""Deletes second copies of alerts: what is left of the cases in which nobody could know.

When a copy may have come about, and which one stays, is core/store/delivery/duplicates.py's to say.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import timedelta

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api_errors import UNREADABLE, error_code
from bot.slack.history import Copy, SlackHistory
from bot.slack.metadata import BATCH
from core.store import DuplicateStore
from core.store.delivery.duplicates import Watched

log = structlog.get_logger("bot")


@dataclass
class DuplicateSweeper:
    """`pause` is the least time between two looks at the same alert."""

    repeats: DuplicateStore
    history: SlackHistory
    client: AsyncWebClient
    _: KW_ONLY
    channels: Sequence[str]
    pause: timedelta
    _bot: str | None = field(default=None, init=False)

    async def sweep(self) -> None:
        """Reads the channel only where an alert was tried twice, and only since its first try."""
        watched = await self.repeats.claim(pause=self.pause)
        if watched is None:
            return
        complete = await self._knows_itself()
        for channel in self.channels if complete else ():
            complete = await self._sweep(watched, channel) and complete
        await self.repeats.looked_at(watched, complete=complete)

    async def _sweep(self, watched: Watched, channel: str) -> bool:
        """Whether the channel could be read as far as it needs to be."""
        copies, complete = await self.history.copies(watched.since, channel=channel)
        there = {copy.ts: copy for copy in copies}
        ours = [copy for copy in there.values() if copy.bot == self._bot]
        kept = await self._kept(ours, watched)
        for copy in ours:
            if _is_repeat(copy, kept, there):
                await self._delete(copy, kept, there, channel)
        return complete

    async def _kept(self, ours: Sequence[Copy], watched: Watched) -> Mapping[str, str | None]:
        """Which copy stays of each alert that is in one which goes."""
        stays = staying(ours, watched)
        by_alert: defaultdict[str, list[Copy]] = defaultdict(list)
        for copy in sorted(ours, key=lambda copy: (copy.ts not in watched.named, copy.ts)):
            for alert in copy.alerts:
                by_alert[alert].append(copy)
        kept: dict[str, str | None] = {}
        for alert, there in by_alert.items():
            goes = any(copy.ts not in stays for copy in there)
            if goes and (ticket := _ticket(alert)) in watched.tickets:
                ts = next(copy.ts for copy in there if copy.ts in stays)
                kept[alert] = await self.repeats.kept(alert, ticket=ticket, ts=ts)
        return kept

    async def _delete(
        self,
        copy: Copy,
        kept: Mapping[str, str | None],
        there: Mapping[str, Copy],
        channel: str,
    ) -> None:
        for alert in copy.alerts:
            stays = there[kept[alert] or ""]
            single = len(stays.alerts) == 1 and not alert.startswith(BATCH)
            instead = stays.ts if single else None
            await self.repeats.follow(instead, ticket=_ticket(alert), rather_than=copy.ts)
        try:
            await self.client.chat_delete(channel=channel, ts=copy.ts)
        except SlackApiError as error:
            if error_code(error) != "message_not_found":  # Another process was faster.
                log.warning(
                    "a repeated alert could not be deleted", ts=copy.ts, error=error_code(error)
                )
                return
        except UNREADABLE:
            return
        log.warning("a repeated alert was deleted", ts=copy.ts, alerts=list(copy.alerts))

    async def _knows_itself(self) -> bool:
        """Other apps' messages are told apart by the bot's id."""
        if self._bot is None:
            try:
                self._bot = str((await self.client.auth_test())["bot_id"])
            except (SlackApiError, *UNREADABLE):
                return False
        return True


def staying(ours: Sequence[Copy], watched: Watched) -> set[str]:
    """The messages (by ts) that are left when each is taken away whose alerts all stay in others.

    Long lists go first and what a ticket names goes last, so that people keep the messages that
    have buttons; of two alike the older stays.
    """
    copies = Counter(alert for copy in ours for alert in copy.alerts)
    stays = {copy.ts for copy in ours}
    newest_first = sorted(ours, key=lambda copy: copy.ts, reverse=True)
    for copy in sorted(newest_first, key=lambda one: (one.ts in watched.named, -len(one.alerts))):
        if all(copies[alert] > 1 and _ticket(alert) in watched.tickets for alert in copy.alerts):
            stays.remove(copy.ts)
            copies.subtract(copy.alerts)
    return stays


def _is_repeat(copy: Copy, kept: Mapping[str, str | None], there: Mapping[str, Copy]) -> bool:
    """Whether every alert it carries stays in another message, which was just seen."""
    stays = [kept.get(alert) for alert in copy.alerts]
    return bool(stays) and all(ts in there and ts != copy.ts for ts in stays)


def _ticket(alert: str) -> str:
    """An alert's identity is kind:ticket:due:channel."""
    return [*alert.split(":"), ""][1]
