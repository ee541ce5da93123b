"""Which address a request comes from, and which addresses are one caller's."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Somebody has at least so much of IPv6, and may take another address in it for each request.
_OWN = 64


def address_of(request: web.Request, proxies: Sequence[Network]) -> Address | None:
    """None if there is none, as with a connection that is no internet's."""
    return read(request.remote or "")


def one_subject(address: Address | None) -> str:
    """The same for all addresses of one caller."""
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address) >> _OWN << _OWN, _OWN)))
    return str(address)


def read(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
