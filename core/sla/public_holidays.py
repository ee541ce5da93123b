"""Public holidays by country, by a part of it and by a category of them, and days of one's own:
DE, DE-BY, DE-BY:catholic, 2026-12-24, 12-24."""

import re
from collections.abc import Container, Iterable, Sequence
from datetime import date

# Where what the law calls a general holiday is another category of the library's: Hong Kong's
# General Holidays Ordinance (Cap. 149), https://www.elegislation.gov.hk/hk/cap149
_BY_LAW = {"HK": {"optional"}}


class PublicHolidays:
    """A day is a holiday if it is one in any of these places, or is named. Raises ValueError for
    what is neither."""

    def __init__(self, said: Iterable[str]) -> None:
        self._places: list[Container[object]] = []
        self._days: set[date] = set()
        # Month and day, of every year.
        self._yearly: set[tuple[int, int]] = set()
        for one in said:
            self._add(one)

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        if day in self._days or (day.month, day.day) in self._yearly:
            return True
        return any(day in place for place in self._places)

    def _add(self, said: str) -> None:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
            self._days.add(date.fromisoformat(said))
        elif re.fullmatch(r"[0-9]{2}-[0-9]{2}", said):
            # The 29 February is a day of every fourth year.
            day = date.fromisoformat(f"2024-{said}")
            self._yearly.add((day.month, day.day))
        else:
            self._places.append(_place(said))


def _place(said: str) -> Container[object]:
    # Not above: most desks name no country, and need not hold all of their holidays in memory.
    from holidays import PUBLIC, country_holidays

    code, _, category = said.partition(":")
    country, _, part = code.upper().partition("-")
    if len(country) == 2 and country.isalpha():
        try:
            public = country_holidays(country, subdiv=part or None)
        except NotImplementedError:
            pass
        else:
            more = _BY_LAW.get(country, set())
            if ":" in said:
                known = sorted(set(public.supported_categories) - {PUBLIC})
                more = more | {_category(category, known, of=public.country)}
            if not more:
                return public
            return country_holidays(country, subdiv=part or None, categories={PUBLIC, *more})
    raise ValueError(
        "must be countries or parts of them, such as DE or DE-BY, with a category of their holidays"
        " if need be (DE-BY:catholic), and days such as 2026-12-24 or 12-24, comma separated"
    )


def _category(said: str, known: Sequence[str], *, of: str) -> str:
    if said.lower() not in known:
        there = f"has {', '.join(known)}" if known else "has no other than public ones"
        raise ValueError(f"must name a category of holidays that there is: {of} {there}")
    return said.lower()
