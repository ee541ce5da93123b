"""When time counts: day and night, business hours, lunch, holidays, and clocks that change."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from core.sla.business_hours import business_hours, parsed_week
from core.sla.calendar import ALWAYS, NeverOpen, Stretch
from core.sla.public_holidays import PublicHolidays
from tests.core.sla.conftest import BERLIN, OFFICE, berlin, hours_of

HOUR = timedelta(hours=1)


def test_day_and_night_every_hour_counts():
    since, until = berlin("2026-03-27 22:00"), berlin("2026-03-30 08:00")

    assert ALWAYS.open_time(since, until) == until - since
    assert ALWAYS.after(since, 30 * HOUR) == since + 30 * HOUR
    assert list(ALWAYS.stretches(since, until)) == [(Stretch(since, until), True)]
    assert ALWAYS.next_opening(since) == since


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-03-02 09:00", 3, "2026-03-02 12:00"),
        ("2026-03-02 09:00", 4, "2026-03-02 14:00"),
        ("2026-03-02 12:30", 1, "2026-03-02 14:00"),
        ("2026-03-02 16:00", 2, "2026-03-03 10:00"),
        ("2026-03-02 22:00", 1, "2026-03-03 10:00"),
        ("2026-03-06 16:30", 1, "2026-03-09 09:30"),
        ("2026-03-07 11:00", 7, "2026-03-09 17:00"),
    ],
    ids=["to lunch", "past lunch", "from lunch", "night", "from night", "weekend", "from weekend"],
)
def test_time_passes_in_business_hours_only(office, since, hours, due):
    assert office.after(berlin(since), hours * HOUR) == berlin(due)
    assert office.open_time(berlin(since), berlin(due)) == hours * HOUR


def test_no_time_passes_during_lunch(office):
    noon, one = berlin("2026-03-02 12:00"), berlin("2026-03-02 13:00")

    assert office.open_time(noon, one) == timedelta()
    assert [office.is_open(at) for at in (noon - HOUR, noon, one - HOUR / 60, one)] == [
        True,
        False,
        False,
        True,
    ]


def test_no_time_passes_on_a_holiday(office):
    # Good Friday and Easter Monday.
    assert office.after(berlin("2026-04-02 16:00"), 2 * HOUR) == berlin("2026-04-07 10:00")


def test_holidays_of_a_part_of_a_country_are_days_like_others_elsewhere():
    epiphany = berlin("2026-01-06 10:00")

    assert hours_of(OFFICE, holidays=["DE"]).is_open(epiphany)
    assert not hours_of(OFFICE, holidays=["DE-BY"]).is_open(epiphany)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        # Assumption Day is one in most of Bavaria; the law leaves it to where one lives.
        ("DE-BY:catholic", "2026-08-15"),
        ("de-by:Catholic", "2026-12-25"),
        ("HK", "2026-04-03"),
        ("2026-12-24", "2026-12-24"),
        ("12-24", "2031-12-24"),
        ("02-29", "2028-02-29"),
    ],
)
def test_a_category_of_holidays_and_days_of_ones_own(said, day):
    assert date.fromisoformat(day) in PublicHolidays([said])


@pytest.mark.parametrize(
    ("said", "day"),
    [("DE-BY", "2026-08-15"), ("2026-12-24", "2027-12-24"), ("12-24", "2026-12-25")],
)
def test_nothing_else_is_one(said, day):
    assert date.fromisoformat(day) not in PublicHolidays([said])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("DE-BY:", "DE has catholic"),
        ("DE:orthodox", "DE has catholic"),
        ("2026-13-01", "month"),
        ("2026-02-30", "day"),
        ("02-30", "day"),
        ("24-12", "month"),
        ("Germany", "such as DE or DE-BY"),
        ("DE-XX", "such as DE or DE-BY"),
    ],
)
def test_what_is_no_holiday_is_told(said, told):
    with pytest.raises(ValueError, match=told):
        PublicHolidays([said])


def test_a_holiday_of_any_of_several_countries_is_one():
    assert not hours_of(OFFICE, holidays=["DE", "FR"]).is_open(berlin("2026-07-14 10:00"))


def test_the_next_opening_is_found_across_a_weekend(office):
    assert office.next_opening(berlin("2026-03-06 17:00")) == berlin("2026-03-09 09:00")
    assert office.next_opening(berlin("2026-03-09 09:00")) == berlin("2026-03-09 09:00")


def test_stretches_are_open_and_closed_in_turn_and_leave_no_gap(office):
    since, until = berlin("2026-03-06 11:00"), berlin("2026-03-09 10:00")

    assert list(office.stretches(since, until)) == [
        (Stretch(since, berlin("2026-03-06 12:00")), True),
        (Stretch(berlin("2026-03-06 12:00"), berlin("2026-03-06 13:00")), False),
        (Stretch(berlin("2026-03-06 13:00"), berlin("2026-03-06 17:00")), True),
        (Stretch(berlin("2026-03-06 17:00"), berlin("2026-03-09 09:00")), False),
        (Stretch(berlin("2026-03-09 09:00"), until), True),
    ]


def test_hours_around_the_clock_are_one_stretch():
    calendar = hours_of({"mon-sun": ["00:00-24:00"]})
    since, until = berlin("2026-03-27 22:00"), berlin("2026-03-30 08:00")

    assert list(calendar.stretches(since, until)) == [(Stretch(since, until), True)]


# The clocks in Berlin go from 2:00 to 3:00 on 2026-03-29, and from 3:00 to 2:00 on 2026-10-25.
NIGHTS = {"mon-sun": ["00:00-06:00"]}


@pytest.mark.parametrize(("day", "hours"), [("03-28", 6), ("03-29", 5), ("10-25", 7)])
def test_a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn(day, hours):
    calendar = hours_of(NIGHTS)

    midnight = berlin(f"2026-{day} 00:00")

    assert calendar.open_time(midnight, berlin(f"2026-{day} 06:00")) == hours * HOUR
    assert calendar.after(midnight, hours * HOUR) == berlin(f"2026-{day} 06:00")


@pytest.mark.parametrize(("day", "utc"), [("2026-03-27", 8), ("2026-03-30", 7)])
def test_the_office_opens_at_nine_on_the_wall_clock_before_and_after_a_change(office, day, utc):
    assert office.next_opening(berlin(f"{day} 03:00")) == datetime.fromisoformat(
        f"{day} 0{utc}:00+00:00"
    )


def test_an_hour_that_the_clock_skips_does_not_count():
    calendar = hours_of({"sun": ["02:00-04:00"]})

    assert calendar.next_opening(berlin("2026-03-29 01:30")) == berlin("2026-03-29 03:00")
    assert calendar.open_time(berlin("2026-03-29 00:00"), berlin("2026-03-30 00:00")) == HOUR


def test_hours_that_the_clock_skips_altogether_are_no_opening_that_day():
    calendar = hours_of({"sun": ["02:15-02:45"]})

    assert calendar.next_opening(berlin("2026-03-29 00:00")) == berlin("2026-04-05 02:15")


def test_an_hour_that_the_clock_shows_twice_counts_twice():
    calendar = hours_of({"sun": ["02:00-03:00"]})
    begin = berlin("2026-10-25 02:00")

    assert calendar.open_time(begin, berlin("2026-10-25 06:00")) == 2 * HOUR
    assert calendar.after(begin, 2 * HOUR) == berlin("2026-10-25 03:00")


def test_half_an_hour_that_the_clock_shows_twice_opens_twice():
    calendar = hours_of({"sun": ["02:00-02:30"]})

    found = list(calendar.stretches(berlin("2026-10-25 02:00"), berlin("2026-10-25 03:00")))

    assert [(stretch.since, is_open) for stretch, is_open in found] == [
        (berlin("2026-10-25 02:00"), True),
        (berlin("2026-10-25 02:30"), False),
        (berlin("2026-10-25 02:00+"), True),
        (berlin("2026-10-25 02:30+"), False),
    ]


def test_a_clock_may_change_by_half_an_hour():
    # Lord Howe: 2:00 to 2:30 on 2026-10-04.
    calendar = hours_of({"sun": ["01:00-04:00"]}, zone="Australia/Lord_Howe")

    whole_day = calendar.open_time(
        datetime(2026, 10, 3, 12, tzinfo=UTC), datetime(2026, 10, 4, 12, tzinfo=UTC)
    )

    assert whole_day == 2.5 * HOUR


def test_a_day_that_a_country_skipped_has_no_hours():
    # Samoa went from 2011-12-29 to 2011-12-31.
    calendar = hours_of({"mon-sun": ["09:00-17:00"]}, zone="Pacific/Apia")

    open_time = calendar.open_time(
        datetime(2011, 12, 29, 10, tzinfo=UTC), datetime(2011, 12, 31, 10, tzinfo=UTC)
    )

    assert open_time == 16 * HOUR


def test_ten_years_are_reckoned_in_a_moment():
    calendar = hours_of(OFFICE, holidays=["DE"])
    filed = berlin("2026-01-01 00:00")
    start = time.process_time()

    due = calendar.after(filed, 17_000 * HOUR)
    back = calendar.open_time(filed, due)

    assert (due.year, back) == (2035, 17_000 * HOUR)
    assert time.process_time() - start < 1


class EverySunday:
    """As Sunday is a public holiday by law in some countries."""

    def __contains__(self, day):
        return day.weekday() == 6


def test_hours_that_never_come_are_found_out_at_once():
    with pytest.raises(NeverOpen):
        business_hours(parsed_week({"sun": ["09:00-17:00"]}), zone=BERLIN, holidays=EverySunday())


def test_a_time_that_never_passes_is_an_error_and_no_endless_search():
    calendar = hours_of({"sun": ["02:15-02:16"]})

    with pytest.raises(NeverOpen):
        calendar.after(berlin("2026-01-01 00:00"), 100 * HOUR)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, "no time"),
        ({"mon": []}, "no time"),
        ({"monday": ["09:00-17:00"]}, "days"),
        ({"mon-": ["09:00-17:00"]}, "days"),
        ({"mon": ["09:00-17:00"], "MON": ["09:00-17:00"]}, "mon twice"),
        ({"mon-wed": ["09:00-17:00"], "tue": ["10:00-11:00"]}, "tue twice"),
        ({"mon": ["9-17"]}, "hours such as"),
        ({"mon": ["٠٩:00-17:00"]}, "hours such as"),
        ({"mon": ["09:60-17:00"]}, "on no clock"),
        ({"mon": ["09:00-24:01"]}, "on no clock"),
        ({"mon": ["22:00-06:00"]}, "a night is"),
        ({"mon": ["09:00-09:00"]}, "begin before"),
        ({"mon": ["09:00-13:00", "12:00-17:00"]}, "overlap"),
    ],
)
def test_hours_that_make_no_sense_are_refused_in_words(said, wrong):
    with pytest.raises(ValueError, match=wrong):
        parsed_week(said)


def test_a_range_of_days_may_go_over_the_weekend():
    assert set(parsed_week({"sat-mon": ["09:00-17:00"]})) == {5, 6, 0}


@pytest.mark.parametrize("code", ["XX", "DE-QQ", "Germany", "DE BY", "D", "-BY", ""])
def test_a_country_that_is_none_is_refused_in_words(code):
    with pytest.raises(ValueError, match="such as DE or DE-BY"):
        PublicHolidays([code])


def test_a_country_may_be_in_small_letters():
    assert datetime(2026, 12, 25).date() in PublicHolidays(["de"])  # noqa: DTZ001
