"""How much somebody may ask for, as whoever installs it says it: 600/minute, or off."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 24 * 3600}
_RATE = re.compile(rf"([1-9][0-9]{{0,6}}) ?/ ?({'|'.join(_SECONDS)})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in each window of so many seconds."""

    count: int
    seconds: int

    def __str__(self) -> str:
        unit = {seconds: unit for unit, seconds in _SECONDS.items()}[self.seconds]
        return f"{self.count:,} a {unit}"


def _rate(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.strip().lower()
    if text == "off":
        return None
    if (found := _RATE.fullmatch(text)) is None:
        raise ValueError(
            "must be a number of requests in a second, minute, hour or day, such as 600/minute, "
            "or off"
        )
    return Rate(int(found[1]), _SECONDS[found[2]])


RateOrOff = Annotated[Rate | None, NoDecode, BeforeValidator(_rate)]
