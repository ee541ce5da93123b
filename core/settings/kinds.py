"""How a setting that is more than a word or a number is written, and what of it is refused."""

import ipaddress
import re
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from core import strict_json
from core.settings.mongo_address import complaint
from core.sla.business_hours import parsed_week, weekdays
from core.sla.public_holidays import PublicHolidays
from core.tickets.status import Priority

# What people type, or a program adds, around a value and does not see.
_AROUND = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def bare(value: str, *, lines: bool) -> str:
    """Without the blanks and quotes around it, which some programs take off and some hand on.

    Raises ValueError for what is no text; `lines` are allowed where several words are.
    """
    text = value.strip().strip(_AROUND).strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        within = text[1:-1].strip()
        # JSON has quotes of its own.
        text = within if text[0] not in within or within[-1:] in ("}", "]") else text
    if not text:
        raise ValueError("is blank: give it a value, or take it away")
    if re.search("[\ud800-\udfff]", text):
        raise ValueError("is not text in UTF-8")
    if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        raise ValueError("has a control character in it")
    if not lines and re.search("[\t\r\n\u2028\u2029]", text):
        raise ValueError("has a line break or a tab in it")
    return text


def _words(text: object) -> object:
    return (
        [word.strip() for word in text.split(",") if word.strip()]
        if isinstance(text, str)
        else text
    )


def _json(example: str) -> BeforeValidator:
    def read(text: object) -> object:
        try:
            value = strict_json.loads(text) if isinstance(text, str) else text
        except strict_json.GivenTwice:
            raise ValueError("must give each name once") from None
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise ValueError(f"must be JSON such as {example}")
        return value

    return BeforeValidator(read)


def _of_all_priorities(value: dict[Priority, float]) -> dict[Priority, float]:
    if set(value) != set(Priority):
        raise ValueError("must give hours for high, medium and low")
    return value


def _a_list_for_each_day(value: dict[str, object]) -> dict[str, object]:
    """Both mistakes at once, and in words: pydantic would only say that it must be a list."""
    wrong = []
    try:
        for days in value:
            weekdays(days)
    except ValueError as error:
        wrong.append(str(error))
    if not all(isinstance(hours, list) for hours in value.values()):
        wrong.append('needs a list for each day, such as ["09:00-12:00", "13:00-17:00"]')
    if wrong:
        raise ValueError("; it ".join(wrong))
    return value


def _makes_sense(value: dict[str, list[str]]) -> dict[str, list[str]]:
    parsed_week(value)
    return value


def _exists(value: list[str]) -> list[str]:
    PublicHolidays(value)
    return value


def _time_or_off(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", value.strip(), re.ASCII)
    if not found and value.strip().lower() != "off":
        raise ValueError("must be a time of day such as 09:00, or off")
    return time(int(found[1]), int(found[2])) if found else None


def _in_small(text: object) -> object:
    return text.lower() if isinstance(text, str) else text


def _host(text: str) -> str:
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        # The last part of a name is no number: that would be half an address.
        if re.fullmatch(r"([\w-]{1,63}\.)*(?=[\w-]*[a-zA-Z])[\w-]{1,63}", text, re.ASCII):
            return text
    raise ValueError(
        "must be an address or a name of this machine, such as 127.0.0.1, or 0.0.0.0 for all, "
        "without http:// and without a port"
    )


def _file(text: object) -> object:
    """`~` is one's home; what looks like a variable has not been replaced by anybody."""
    if not isinstance(text, str | Path):
        return text
    if "$" in str(text):
        raise ValueError("has a $ that stands for nothing here: write the whole path, or ~")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(
            "begins with ~, whose folder is not known here: write the whole path"
        ) from None


def _of_mongodb(secret: SecretStr) -> SecretStr:
    if (wrong := complaint(secret.get_secret_value())) is not None:
        raise ValueError(wrong)
    return secret


def _slacks_or_local(text: str) -> str:
    try:
        at = urlsplit(text)
        local = at.scheme in ("http", "https") and at.hostname in _LOOPBACK and at.port != 0
    except ValueError:
        local = False
    if not local and text.rstrip("/") != "https://slack.com/api":
        raise ValueError("may only be Slack's own or on this machine (127.0.0.1)")
    return text.rstrip("/") + "/"


def _origins(words: list[str]) -> list[str]:
    return [_origin(word, at) for at, word in enumerate(words, start=1)]


def _origin(word: str, at: int) -> str:
    """As a browser says it: https://www.rfc-editor.org/rfc/rfc6454#section-6.2."""
    bare = word.rstrip("/").lower()
    if bare in ("local", "*") or re.fullmatch(
        r"https?://([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?", bare
    ):
        return bare
    raise ValueError(
        "must be local, * or addresses such as https://tickets.example.com, comma separated, "
        f"without a path; number {at} is none"
    )


def _networks(words: object) -> object:
    if not isinstance(words, list):
        return words
    return [_network(str(word), at) for at, word in enumerate(words, start=1)]


def _network(word: str, at: int) -> Network:
    try:
        return ipaddress.ip_network(word)
    except ValueError:
        raise ValueError(
            "must be networks or addresses such as 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32, comma "
            f"separated; number {at} is none"
        ) from None


Words = Annotated[list[str], NoDecode, BeforeValidator(_words)]
Networks = Annotated[list[Network], NoDecode, BeforeValidator(_networks), BeforeValidator(_words)]
Origins = Annotated[Words, AfterValidator(_origins)]
Host = Annotated[str, AfterValidator(_host)]
File = Annotated[Path, BeforeValidator(_file)]
MongoAddress = Annotated[SecretStr, AfterValidator(_of_mongodb)]
SlackApi = Annotated[str, AfterValidator(_slacks_or_local)]


def _known_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        raise ValueError("must be a time zone such as Europe/Berlin") from None
    return text


Priorities = Annotated[
    list[Priority], NoDecode, BeforeValidator(_words), BeforeValidator(_in_small)
]
Hours = Annotated[float, Field(gt=0, le=24 * 366, allow_inf_nan=False)]
PriorityHours = Annotated[
    dict[Priority, Hours],
    NoDecode,
    _json('{"high":4,"medium":24,"low":48}'),
    AfterValidator(_of_all_priorities),
]


def by_name(hours: Mapping[Priority, float]) -> dict[str, float]:
    return {str(priority): count for priority, count in hours.items()}


WeekHours = Annotated[
    dict[str, list[str]],
    NoDecode,
    BeforeValidator(_a_list_for_each_day),
    _json('{"mon-fri":["09:00-12:00","13:00-17:00"]}'),
    AfterValidator(_makes_sense),
]
Places = Annotated[Words, AfterValidator(_exists)]
Zone = Annotated[str, AfterValidator(_known_zone)]
TimeOfDay = Annotated[time | None, BeforeValidator(_time_or_off)]
