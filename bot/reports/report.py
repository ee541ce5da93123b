"""`/ticket report`: what came of the tickets of the last days, in words, and as a chart."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.markup.blocks import Block, Message, context, section
from bot.markup.mrkdwn import inert, name_of
from core.desk.reports import MOST
from core.durations import duration
from core.errors import DeskError
from core.reports.report import Figures, Report, Target
from core.sla.explanation import counted_time

LONGEST = 366
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Assignees that are told one by one, and characters of a name: with that, a section is never
# longer than Slack takes.
_ASSIGNEES = 8
_NAME = 40


_NOISE = frozenset({"the", "last", "past", "for", "of", "in"})


class NoPeriod(DeskError):
    """Say how many days the report is to cover, 366 at most: report 7d, or report 30d."""


def read_days(words: Sequence[str]) -> int:
    """Raises NoPeriod."""
    said = " ".join(word for word in words if word.lower() not in _NOISE)
    if not said:
        return 7
    time = timedelta(days=int(said)) if re.fullmatch("[0-9]{1,3}", said) else duration(said)
    if time is None or time % timedelta(days=1) or not 1 <= time.days <= LONGEST:
        raise NoPeriod
    return time.days


def title(days: int) -> str:
    return f"the tickets of the last {days} days" if days > 1 else "the tickets of the last day"


def report_message(report: Report, *, title: str) -> Message:
    """All in words: the chart only shows a part of it once more."""
    count = report.all.tickets
    head = f"*{title[0].upper()}{title[1:]}:* {'none was' if not count else f'{count} were'} filed"
    if not count:
        return {"text": f"{head}.", "blocks": [section(f"{head}.")]}
    parts = [
        [
            f"{head}.",
            *_figures(report.all, business=report.business),
            f"• most were filed on {busiest(report)}",
        ],
        ["*By priority*", *_by_priority(report)],
        ["*Solved, by assignee*", *_by_assignee(report)],
    ]
    hints = [
        "“In time” is about tickets that were done or are late by now; a median is about those "
        "that were done: half of them took no longer. Time outside business hours, or while a "
        "ticket waits, does not count.",
        f"Times of day are those of {report.zone}.",
    ]
    if not report.complete:
        hints.insert(0, f"There are more tickets: these are the {MOST:,} that were filed last.")
    said = ["\n".join(lines) for lines in parts]
    blocks: list[Block] = [section(lines) for lines in said]
    hint = " ".join(hints)
    return {"text": "\n".join([*said, hint]), "blocks": [*blocks, context(hint)]}


def _figures(figures: Figures, *, business: bool) -> Iterator[str]:
    yield f"• answered: {_answered(figures, business=business)}"
    yield f"• solved: {_solved(figures, business=business)}"
    if figures.waiting_share:
        yield f"• they waited for somebody for {figures.waiting_share:.0%} of their time"
    if judged := figures.helpful + figures.not_helpful:
        yield f"• helpful: {figures.helpful} of {judged} whose requesters said"


def _solved(figures: Figures, *, business: bool) -> str:
    """As in: 1 of 3 in time, median 2 h, 2 open, 1 of them late."""
    return _kept(figures.resolution, still="open", business=business)


def _answered(figures: Figures, *, business: bool) -> str:
    return _kept(figures.first_response, still="unanswered", business=business)


def _kept(target: Target, *, still: str, business: bool) -> str:
    tally, median = target.tally, target.median
    parts = ["none yet"]
    if target.met_share is not None:
        parts = [f"{tally.met} of {tally.met + tally.missed} in time"]
    if median is not None:
        parts.append(f"median {_median(median, business=business)}")
    if undone := tally.met + tally.missed + tally.undecided - len(target.times):
        parts.append(f"{undone} {still}")
    if late := undone - tally.undecided:
        parts.append("late" if late == undone == 1 else f"{late} of them late")
    return ", ".join(parts)


def _median(time: timedelta, *, business: bool) -> str:
    if time < timedelta(minutes=1):
        return "under a minute"
    return counted_time(time, business=business)


def _by_priority(report: Report) -> Iterator[str]:
    for priority, figures in report.by_priority.items():
        if figures.tickets:
            answered = _answered(figures, business=report.business)
            solved = _solved(figures, business=report.business)
            yield f"• *{priority}*: solved {solved}; answered {answered}"


def _by_assignee(report: Report) -> Iterator[str]:
    found = report.by_assignee
    for person, figures in found[:_ASSIGNEES]:
        # By name: a report rings nobody.
        who = inert(name_of(person, _NAME)) if person else "_nobody_"
        yield f"• {who}: {_solved(figures, business=report.business)}"
    if len(found) > _ASSIGNEES:
        yield f"• and {len(found) - _ASSIGNEES} more people"


def busiest(report: Report) -> str:
    tickets, day, hour = max(
        (tickets, -day, -hour)
        for day, hours in enumerate(report.load)
        for hour, tickets in enumerate(hours)
    )
    day, hour = -day, -hour
    span = f"{DAYS[day]}s from {hour:02}:00 to {hour + 1:02}:00"
    return f"{span}: {tickets} of {report.all.tickets}"
