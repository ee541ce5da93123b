"""What is wrong with MONGO_URI, before anything is connected: the driver ignores much of it.

Nothing of the address is ever quoted but the name of an option that the driver knows.
"""

import ipaddress
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import NamedTuple
from urllib.parse import unquote_plus

from pymongo import MongoClient, uri_parser
from pymongo.common import URI_OPTIONS_VALIDATOR_MAP
from pymongo.errors import PyMongoError

EXAMPLE = "mongodb://host:27017/helpdesk"
ESCAPED = (
    "in its user name and password, each of @ : / ? # % must be written as %40 %3A %2F %3F %23 %25"
)
# What the desk's promises rest on, and the limits that it reckons with (core/store/connection.py).
DECIDED: Mapping[str, str] = {
    "w": "majority",
    "journal": "true",
    "retrywrites": "true",
    "readconcernlevel": "majority",
    "readpreference": "primary",
}
LIMITS = frozenset(
    (
        "connecttimeoutms",
        "heartbeatfrequencyms",
        "serverselectiontimeoutms",
        "sockettimeoutms",
        "timeoutms",
        "waitqueuetimeoutms",
        "wtimeoutms",
    )
)
_KNOWN = frozenset(name.lower() for name in URI_OPTIONS_VALIDATOR_MAP)
# https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions, on any system.
_DATABASE = r"[^/\\. \"$*<>:|?&=;,@\x00-\x1f\x7f]+"
_DATABASE_BYTES = 63
_MONGODBS_OWN = ("admin", "local", "config")
# A name, an IPv4 or an IPv6 address, with a port; or a socket.
_HOST = r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+(?:%25[\w.-]+)?\])(?::\d{1,5})?|[^/@:]*%2[Ff][^/@:]*\.sock"


class _Address(NamedTuple):
    srv: bool
    user: str | None
    hosts: list[str]
    database: str
    options: list[tuple[str, str]]


def complaint(uri: str) -> str | None:
    """What is wrong with it, as the end of a sentence; None if nothing is."""
    if re.match(r"mongodb(\+srv)?://", uri) is None or re.search(r"[\s\x00-\x1f\x7f]", uri):
        return f"must be an address such as {EXAMPLE}"
    address = _split(uri)
    return (
        _of_user(uri, address.user)
        or _of_hosts(address)
        or _of_database(address.database)
        or _of_options(address.options)
        or _of_driver(uri)
    )


def application(uri: str) -> str | None:
    """What the address calls whoever connects; Atlas names its cluster there."""
    named = {name.lower(): value for name, value in _split(uri).options}
    return unquote_plus(named["appname"]) if named.get("appname") else None


def _split(uri: str) -> _Address:
    scheme, _, rest = uri.partition("://")
    where, _, query = rest.partition("?")
    authority, _, database = where.partition("/")
    user, at, hosts = authority.rpartition("@")
    options = [option.partition("=") for option in re.split("[&;]", query) if option]
    return _Address(
        srv=scheme.endswith("+srv"),
        user=user if at else None,
        hosts=hosts.split(","),
        database=database,
        options=[(name, value) for name, _, value in options],
    )


def _of_user(uri: str, user: str | None) -> str | None:
    name, _, password = (user or "").partition(":")
    signs = re.search(r"[@:/?#]|%(?![0-9A-Fa-f]{2})", name + password)
    if signs or uri.count("@") > (user is not None):
        return f"must be an address such as mongodb://user:password@host/helpdesk; {ESCAPED}"
    if re.search(r"^<.*>$|^\$?\{.*\}$", password) or re.search(r"^<.*>$", name):
        return "still has a placeholder where its user name or password belongs"
    if user is not None and not name:
        return "has no user name before the @"
    return None


def _of_hosts(address: _Address) -> str | None:
    if not all(address.hosts):
        return f"names no host where one belongs; it looks like {EXAMPLE}"
    if not all(re.fullmatch(_HOST, host) for host in address.hosts):
        several = "with several hosts as host1,host2"
        return f"has a host that cannot be one; it looks like {EXAMPLE}, {several}"
    if address.srv:
        [host, *more] = address.hosts
        direct = any(name.lower() == "directconnection" for name, _ in address.options)
        if more or ":" in host or "." not in host or _is_ip(host) or direct:
            return (
                "has mongodb+srv://, with which goes one name such as cluster.example.com, "
                "no port and no directConnection"
            )
    return None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _of_database(database: str) -> str | None:
    """None without one, too: the desk's is called helpdesk then."""
    name = unquote_plus(database)
    if not name:
        return None
    if re.search("[=&;]", name):
        return "has options where the database's name belongs: they come after a ?, as in " + (
            f"{EXAMPLE}?replicaSet=name"
        )
    if not re.fullmatch(_DATABASE, name) or len(name.encode()) > _DATABASE_BYTES:
        return (
            "has a database's name that MongoDB does not take: "
            "use letters, digits, - and _, at most 63, as in " + EXAMPLE
        )
    if name in _MONGODBS_OWN:
        return (
            f"names the database {name}, which is MongoDB's own: write "
            "/helpdesk?authSource=admin if its accounts are in admin"
        )
    return None


def _of_options(options: list[tuple[str, str]]) -> str | None:
    names = [name.lower() for name, _ in options]
    for name, value in options:
        low = name.lower()
        if low not in _KNOWN:
            near = get_close_matches(low, _KNOWN, n=1, cutoff=0.75)
            meant = f": is {near[0]} meant?" if near else ""
            return f"has an option that MongoDB's driver does not know{meant}"
        if names.count(low) > 1:
            return f"has the option {name} twice"
        if low in LIMITS:
            return f"may not have the option {name}: the desk has time limits of its own"
        if low in DECIDED and unquote_plus(value).lower() != DECIDED[low]:
            return (
                f"may not have another {name} than {DECIDED[low]}, "
                "on which the desk's promises rest: leave it out"
            )
        if not _is_taken(name, value):
            return f"has the option {name} with a value that MongoDB's driver does not take"
    return None


@contextmanager
def _warnings_as_errors() -> Iterator[None]:
    """But for what is collected meanwhile, which is somebody else's."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def _is_taken(name: str, value: str) -> bool:
    """Whether the driver takes this option here: what it would warn of, it leaves out."""
    with _warnings_as_errors():
        try:
            uri_parser.split_options(f"{name}={value}", validate=True, warn=False)
        except (PyMongoError, ValueError, TypeError, OSError, Warning):
            return False
    return True


# Options that make sense with SRV alone: what they may be is looked at one by one.
_OF_SRV = ("srvmaxhosts=", "srvservicename=")


def _without_srv(uri: str) -> str:
    """The same as if its hosts were known, for which no question to the DNS is needed."""
    if "+srv://" not in uri:
        return uri
    address, mark, options = uri.replace("+srv://", "://", 1).partition("?")
    kept = [one for one in options.split("&") if not one.lower().startswith(_OF_SRV)]
    return f"{address}{mark}{'&'.join(kept)}"


def _of_driver(uri: str) -> str | None:
    """What only all of it together shows; nothing is looked up or connected."""
    with _warnings_as_errors():
        try:
            MongoClient[dict[str, object]](_without_srv(uri), connect=False).close()
        except (PyMongoError, ValueError, TypeError, OSError, Warning) as error:
            if "password" in str(error).lower():
                return "has a user name without a password, or one where none belongs"
            return "has hosts and options that MongoDB's driver does not take together"
    return None
