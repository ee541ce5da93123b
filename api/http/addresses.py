"""Which address a request comes from, and which addresses are one caller's."""

import re
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from aiohttp import hdrs, web

from api.http.parsing import LONGEST
from core.settings.kinds import Network

Address = IPv4Address | IPv6Address

# Somebody has at least so much of IPv6, and may take another address in it for each request.
_OWN = 64
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+", re.ASCII)


def address_of(request: web.Request, proxies: Sequence[Network]) -> Address | None:
    """That of the connection, unless it is one of these proxies': then the last one that none of
    them has. What stands before that in X-Forwarded-For anybody may have sent."""
    address = _read(request.remote or "")
    hops = _hops(request.headers.getall(hdrs.X_FORWARDED_FOR, []))
    while address is not None and any(address in proxy for proxy in proxies):
        if (before := _read(next(hops, ""))) is None:
            break
        address = before
    return address


def one_subject(address: Address | None) -> str:
    """The same for all addresses of one caller."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address) >> _OWN << _OWN, _OWN)))
    return str(address)


def _hops(headers: Iterable[str]) -> Iterator[str]:
    """The last one first, without ports."""
    said = ",".join(headers)
    if len(said) > LONGEST:
        # What is cut could be another address.
        said = said[-LONGEST:].partition(",")[2]
    for hop in reversed(said.split(",")):
        found = _WITH_PORT.fullmatch(hop.strip())
        yield found[1] or found[2] if found else hop.strip()


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
