"""Looks back for alerts of which nobody knows whether Slack has them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.alerts.places import AlertPlaces
from bot.delivery.dispatcher import Dispatcher
from bot.slack.history import Seen
from core.clock import Clock
from core.store import Delivery, Store
from core.store.delivery.channels.looks import Found
from core.store.delivery.deliveries import Posted


@dataclass(frozen=True)
class AlertsInDoubt:
    store: Store
    dispatcher: Dispatcher
    places: AlertPlaces
    clock: Clock

    async def look_back(self, claim: str) -> None:
        """Settles what an earlier try brought to Slack after all; what cannot be known yet is put
        off, and what is certainly not there is noted as such."""
        seen: dict[str, Seen] = {}
        while doubtful := await self.store.alerts.doubtful(claim):
            by_channels: defaultdict[tuple[str, ...], list[Delivery]] = defaultdict(list)
            for one in doubtful:
                by_channels[self.places.tried(one)].append(one)
            for channels, missing in by_channels.items():
                for channel in channels:
                    missing = await self._not_among(seen, missing, channel)
                await self.store.alerts.not_there(missing)

    async def _not_among(
        self, seen: dict[str, Seen], tried: Sequence[Delivery], channel: str
    ) -> list[Delivery]:
        """Those that are certainly not in the channel, which is looked at once for all."""
        if not tried:
            return []
        if channel not in seen:
            seen[channel] = await self.dispatcher.look(tried, channel)
        look = seen[channel]
        missing, open_still = [], []
        by_message: defaultdict[Found, list[Delivery]] = defaultdict(list)
        for one in tried:
            names = self.places.identities(one)
            found = next((look.found[name] for name in names if name in look.found), None)
            if found is not None:
                by_message[found].append(one)
            elif look.settles(self.dispatcher.doubt(one)):
                missing.append(one)
            else:
                open_still.append(one)
        for found, ones in by_message.items():
            await self.store.owed.rang(ones, Posted(channel, *found), at=self.clock())
        if open_still:
            await self.store.owed.unknown(open_still, wait=look.wait)
        return missing
