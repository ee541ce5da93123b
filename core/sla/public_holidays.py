"""Public holidays by country, and by a part of it: DE, DE-BY."""

from collections.abc import Iterable
from datetime import date

from holidays import HolidayBase, country_holidays


class PublicHolidays:
    """A day is a holiday if it is one in any of these places. Raises ValueError for others."""

    def __init__(self, places: Iterable[str]) -> None:
        self._places = [_place(place) for place in places]

    def __contains__(self, day: object) -> bool:
        assert isinstance(day, date)
        return any(day in place for place in self._places)


def _place(code: str) -> HolidayBase:
    country, _, part = code.upper().partition("-")
    if len(country) == 2 and country.isalpha():
        try:
            return country_holidays(country, subdiv=part or None)
        except NotImplementedError:
            pass
    raise ValueError("must be countries or parts of them, such as DE or DE-BY, comma separated")
