"""How a setting that is more than a word or a number is written, and what of it is refused."""

import json
import re
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from core.sla.business_hours import parsed_week, weekdays
from core.sla.public_holidays import PublicHolidays
from core.statuses import Priority


def _words(text: object) -> object:
    return (
        [word.strip() for word in text.split(",") if word.strip()]
        if isinstance(text, str)
        else text
    )


def _json(example: str) -> BeforeValidator:
    def read(text: object) -> object:
        try:
            value = json.loads(text) if isinstance(text, str) else text
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


Words = Annotated[list[str], NoDecode, BeforeValidator(_words)]
Priorities = Annotated[list[Priority], NoDecode, BeforeValidator(_words)]
Hours = Annotated[float, Field(gt=0, le=24 * 366, allow_inf_nan=False)]
PriorityHours = Annotated[
    dict[Priority, Hours],
    NoDecode,
    _json('{"high":4,"medium":24,"low":48}'),
    AfterValidator(_of_all_priorities),
]
WeekHours = Annotated[
    dict[str, list[str]],
    NoDecode,
    BeforeValidator(_a_list_for_each_day),
    _json('{"mon-fri":["09:00-12:00","13:00-17:00"]}'),
    AfterValidator(_makes_sense),
]
Places = Annotated[Words, AfterValidator(_exists)]
TimeOfDay = Annotated[time | None, BeforeValidator(_time_or_off)]
