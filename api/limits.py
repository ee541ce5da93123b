"""How often somebody may ask over REST, and what answers say of it.

The headers are those of draft-ietf-httpapi-ratelimit-headers-11.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from aiohttp import web

from api.http.addresses import address_of, one_subject
from core.clock import Clock
from core.desk.people.allowances import Allowances
from core.errors import TooMany
from core.metrics import LIMITS_HIT
from core.settings import Settings
from core.settings.kinds import Network
from core.settings.rates import Rate
from core.store import Store

POLICY, STANDING = "RateLimit-Policy", "RateLimit"


class Told(NamedTuple):
    """What an answer says of the limit that it was counted against."""

    policy: str
    standing: str


told_key = web.RequestKey("limit", Told)


@dataclass(frozen=True)
class Limits:
    """None is none; `proxies` are believed where a request came from."""

    accounts: Allowances | None = None
    addresses: Allowances | None = None
    proxies: Sequence[Network] = ()

    def address(self, request: web.Request) -> str:
        return one_subject(address_of(request, self.proxies))

    def is_out(self, request: web.Request) -> bool:
        """Whether its address has nothing left, as far as this process was told."""
        return self.addresses is not None and self.addresses.is_out(self.address(request))

    async def count(self, request: web.Request, account_id: str | None) -> None:
        """Raises TooMany if its account, or without one its address, may not ask now."""
        limit = self.addresses if account_id is None else self.accounts
        if limit is None:
            return
        whose = self.address(request) if account_id is None else account_id
        standing = await limit.take(whose)
        rate, kind = limit.rate, limit.kind
        request[told_key] = Told(
            f'"{kind}";q={rate.count};w={rate.seconds}',
            f'"{kind}";r={standing.left};t={standing.resets}',
        )
        if standing.allowed:
            return
        LIMITS_HIT.count(kind)
        who = "An account" if account_id else "Without a token, an address"
        raise TooMany(
            f"{who} may ask {rate}. Try again in {standing.resets} s.", wait=standing.resets
        )


limits_key = web.AppKey("limits", Limits)
NONE = Limits()


def limits_of(settings: Settings, store: Store, clock: Clock) -> Limits:
    def allowances(kind: str, rate: Rate | None) -> Allowances | None:
        return Allowances(kind, rate, store.lots, clock) if rate else None

    return Limits(
        accounts=allowances("account", settings.rate_limit),
        addresses=allowances("address", settings.anonymous_rate_limit),
        proxies=settings.trusted_proxies,
    )


def tell_limits(request: web.Request, response: web.StreamResponse) -> None:
    if (told := request.get(told_key)) is not None:
        response.headers[POLICY] = told.policy
        response.headers[STANDING] = told.standing
