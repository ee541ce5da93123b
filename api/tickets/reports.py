"""The report over REST: as JSON, or as a table for a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from aiohttp import hdrs, web
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from api import serializers
from api.endpoint import Call, answer
from api.http.parsing import accepted
from api.paging import Digits
from core.blank_text import NOTHING
from core.desk.reports import MOST
from core.errors import InvalidInput
from core.reports.report import Figures, Period, Report, Target

LONGEST = 366
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CSV = "text/csv"
JSON = "application/json"
# What a spreadsheet takes for the beginning of a formula: at the beginning of a cell a sign, also a
# small or full-width one, or a control character. What is not seen may stand before it. Where cells
# are parted by semicolons, as in half of Europe, one begins behind each.
_SIGNS = r"=+\-@\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
_FORMULA = re.compile(rf"(^|;)([\t\r\n]|[{NOTHING}]*[{_SIGNS}])")


def _written_as_a_day(value: object) -> object:
    """pydantic also takes seconds since 1970, and times of day."""
    if not isinstance(value, str):
        return value
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a day that there is, such as 2026-03-02") from None


def _of_this_age(value: date) -> date:
    if not 1970 <= value.year <= 2999:
        raise ValueError("must be a day between 1970 and 2999")
    return value


Day = Annotated[date, BeforeValidator(_written_as_a_day), AfterValidator(_of_this_age)]


class ReportQuery(BaseModel):
    """Which period: so many days until now, or from one day to another."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    days: Annotated[int, Field(ge=1, le=LONGEST), Digits] | None = Field(
        default=None, description="So many days until now; 30 if nothing is said."
    )
    first: Day | None = Field(
        default=None, alias="from", description="The first day, in HELPDESK_TIME_ZONE; no `days`."
    )
    last: Day | None = Field(
        default=None, alias="to", description="The last day; goes with `from`. Else it is today."
    )
    format: Literal["json", "csv"] | None = Field(
        default=None, description="Instead of `Accept`, where that cannot be said."
    )


async def show_sla(call: Call) -> web.Response:
    query: ReportQuery = call.query
    report = await call.desk.report(_period(call, query), by=call.by)
    vary = {"Vary": "Accept"}
    if query.format == "csv" or (query.format is None and _prefers_csv(call.request)):
        name = {"Content-Disposition": f'attachment; filename="{_file_name(report)}"'}
        return web.Response(text=as_csv(report), content_type=CSV, headers=vary | name)
    return answer(as_json(report), headers=vary)


def _period(call: Call, query: ReportQuery) -> Period:
    at, zone = call.desk.clock(), call.desk.sla.zone
    if query.first is None:
        if query.last is not None:
            raise InvalidInput(
                {"to": "“to” goes with “from”, such as from=2026-02-01&to=2026-02-28."}
            )
        return Period.last(query.days or 30, at=at)
    if query.days is not None:
        raise InvalidInput({"days": "“days” may not be given together with “from”."})
    last = query.last or at.astimezone(zone).date()
    latest = query.first + timedelta(days=LONGEST - 1)
    if not query.first <= last <= latest:
        said = "“to”" if query.last else f"“to” is today, {last}, if it is not said, and"
        must = f"must be from {query.first}, which is “from”, to {latest}"
        raise InvalidInput({"to": f"{said} {must}, such as to={latest}."})
    return Period.of_dates(query.first, last, zone=zone)


def _prefers_csv(request: web.Request) -> bool:
    """As `Accept` says; JSON where it is as welcome."""
    welcome = accepted(request.headers.getall(hdrs.ACCEPT, []))
    json = [welcome[kind] for kind in (JSON, "application/*", "*/*") if kind in welcome]
    return welcome.get(CSV, 0.0) > (json[0] if json else 0.0)


def as_json(report: Report) -> dict[str, Any]:
    return {
        "from": serializers.time(report.period.since),
        "to": serializers.time(report.period.until),
        "at": serializers.time(report.at),
        "time_zone": str(report.zone),
        "complete": report.complete,
        "note": None if report.complete else INCOMPLETE,
        "all": _figures(report.all),
        "by_priority": {
            priority.value: _figures(figures) for priority, figures in report.by_priority.items()
        },
        "by_assignee": [
            {"assignee": serializers.person(person) if person else None} | _figures(figures)
            for person, figures in report.by_assignee
        ],
        "load": dict(zip(DAYS, report.load, strict=True)),
    }


INCOMPLETE = f"There are more tickets than that: these are the {MOST:,} that were filed last."


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "tickets": figures.tickets,
        "first_response": _target(figures.first_response),
        "resolution": _target(figures.resolution),
        "waiting_share": _rounded(figures.waiting_share),
        "helpful": figures.helpful,
        "not_helpful": figures.not_helpful,
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "met": target.tally.met,
        "missed": target.tally.missed,
        "undecided": target.tally.undecided,
        "met_share": _rounded(target.met_share),
        "median_milliseconds": _milliseconds(target.median),
        "p90_milliseconds": _milliseconds(target.nine_in_ten),
    }


def _milliseconds(length: timedelta | None) -> int | None:
    return None if length is None else length // timedelta(milliseconds=1)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _file_name(report: Report) -> str:
    since, until = report.period.since, report.period.until - timedelta(milliseconds=1)
    first, last = (at.astimezone(report.zone).date() for at in (since, until))
    return f"helpdesk-{first}-to-{last}.csv"


def as_csv(report: Report) -> str:
    """One row for all, for each priority and each assignee, and one for each hour of the week
    with its tickets.

    It begins with a byte order mark, without which Excel takes UTF-8 for something else.
    """
    written = io.StringIO()
    written.write("\ufeff")
    table = csv.writer(written)
    for row in _rows(report):
        table.writerow([_harmless(cell) for cell in row])
    return written.getvalue()


EXAMPLE = "\ufeffgroup,name,tickets\r\nall,,42\r\npriority,high,7\r\nassignee,Olga,12\r\n"


_LAST = ("waiting_share", "helpful", "not_helpful")


def _rows(report: Report) -> Iterator[list[Any]]:
    targets = ("first_response", "resolution")
    columns = [f"{target}_{name}" for target in targets for name in _target(Target())]
    yield ["group", "name", "tickets", *columns, *_LAST]
    groups = [("all", "" if report.complete else INCOMPLETE, report.all)]
    groups += [("priority", priority.value, of) for priority, of in report.by_priority.items()]
    groups += [("assignee", who.name if who else "", of) for who, of in report.by_assignee]
    for group, name, figures in groups:
        shown = _figures(figures)
        kept = [value for target in targets for value in shown[target].values()]
        yield [group, name, figures.tickets, *kept, *(shown[last] for last in _LAST)]
    for day, hours in zip(DAYS, report.load, strict=True):
        for hour, tickets in enumerate(hours):
            yield [
                "load",
                f"{day} {hour:02}:00",
                tickets,
                *[None] * len(columns),
                *[None] * len(_LAST),
            ]


def _harmless(cell: Any) -> Any:
    """What a spreadsheet would reckon out gets an apostrophe, which it does not show."""
    return _FORMULA.sub(r"\1'\2", cell) if isinstance(cell, str) else cell
