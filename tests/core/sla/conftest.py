"""Office hours in Berlin, with lunch, as most of these tests have them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.sla.business_hours import business_hours, parsed_week
from core.sla.public_holidays import PublicHolidays

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {"mon-fri": ["09:00-12:00", "13:00-17:00"]}


def berlin(text):
    """An instant by the wall clock in Berlin; a `+` at the end means the second time it shows."""
    local = datetime.fromisoformat(text.rstrip("+")).replace(fold=int(text.endswith("+")))
    return local.replace(tzinfo=BERLIN).astimezone(UTC)


def hours_of(said, *, zone="Europe/Berlin", holidays=()):
    return business_hours(parsed_week(said), zone=ZoneInfo(zone), holidays=PublicHolidays(holidays))


@pytest.fixture(scope="session")
def office():
    return hours_of(OFFICE, holidays=["DE"])
