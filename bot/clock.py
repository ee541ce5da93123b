"""What people are told about a ticket's clock: why it is due when it is, and what if."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from bot.cards import Block, Message, context, section, title
from bot.words import inert, local_time, quoted
from core.errors import DeskError
from core.sla import Policy, Reckoning
from core.sla.explanation import counted, duration, folded, promised, told
from core.sla.policy import Targets
from core.sla.reckoning import Deadline
from core.sla.what_if import Tally
from core.tickets import Priority, Ticket
from core.trials import LATELY, MOST, Tried

# Spans that are told one by one, and characters that go into one block.
_SPANS = 12
_BLOCK = 2900
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days"}
_TARGET = re.compile(r"(low|medium|high)(\.response)?=(\d{1,4}(?:\.\d{1,3})?)(min|m|h|d)")


class NoTarget(DeskError):
    """Say which target to try, such as high=2h, low=3d or, for the first response,
    high.response=30m."""


def why(ticket: Ticket, reckoning: Reckoning) -> Message:
    """Span by span, the time from the filing to now."""
    stopped = ticket.facts.paused is not None
    lines = []
    if (answer := reckoning.first_response) is not None:
        lines.append(f"*First response:* {_stands(answer, stopped=stopped)}")
    lines.append(f"*To be solved:* {_stands(reckoning.resolution, stopped=stopped)}")
    spans = [
        f"• {span}" if isinstance(span, str) else f"• {local_time(span.since)}: {inert(told(span))}"
        for span in folded(reckoning.spans, most=_SPANS)
    ]
    sums = f"{duration(counted(reckoning))} of this time count for its {ticket.priority} priority."
    blocks = [title(ticket), section("\n".join(lines)), *_sections(spans), context(sums)]
    text = "\n".join([f"*{ticket.key}* {quoted(ticket.title, 200)}", *lines])
    return {"text": text, "blocks": blocks}


def _stands(deadline: Deadline, *, stopped: bool) -> str:
    done = f", done {local_time(deadline.done_at)}" if deadline.done_at else ""
    return f"{promised(deadline, stopped=stopped)}; due {local_time(deadline.due)}{done}"


def _sections(lines: Iterable[str]) -> list[Block]:
    """As many lines in each block as it takes."""
    blocks: list[Block] = []
    taken: list[str] = []
    for line in lines:
        if taken and sum(map(len, taken)) + len(taken) + len(line) > _BLOCK:
            blocks.append(section("\n".join(taken)))
            taken = []
        taken.append(line)
    return [*blocks, section("\n".join(taken))] if taken else blocks


def read_targets(words: Sequence[str], policy: Policy) -> dict[str, Targets]:
    """The targets of those priorities that are named. Raises NoTarget."""
    targets: dict[str, Targets] = {}
    for word in words:
        found = _TARGET.fullmatch(word.lower())
        if found is None or not float(found[3]):
            raise NoTarget
        priority, response, count, unit = found.groups()
        time = timedelta(**{_UNITS[unit]: float(count)})
        now = targets.get(priority, policy[priority])
        targets[priority] = (
            now._replace(first_response=time) if response else now._replace(resolution=time)
        )
    if not targets:
        raise NoTarget
    return targets


def what_if(tried: Tried, policy: Policy, others: Mapping[str, Targets]) -> Message:
    latest = ", the latest of them" if tried.tickets == MOST else ""
    head = f"{tried.tickets} tickets of the last {LATELY.days} days{latest}:"
    lines = []
    for priority in reversed(Priority):
        if priority not in others:
            continue
        now, then = policy[priority], others[priority]
        before, after = tried.now.outcomes[priority], tried.then.outcomes[priority]
        if now.resolution != then.resolution:
            change = f"solved within {_instead(now.resolution, then.resolution)}"
            lines.append(_line(priority, change, before.resolution, after.resolution))
        if now.first_response != then.first_response:
            change = f"answered within {_instead(now.first_response, then.first_response)}"
            lines.append(_line(priority, change, before.first_response, after.first_response))
    said = "\n".join([head, *(lines or ["These are the targets that there are."])])
    hint = context("Nothing was changed: the settings say what is promised.")
    return {"text": said, "blocks": [section(said), hint]}


def _instead(now: timedelta, then: timedelta) -> str:
    return f"{duration(then)} instead of {duration(now)}"


def _line(priority: Priority, change: str, before: Tally, after: Tally) -> str:
    still = f" ({after.undecided} can still become either)" if after.undecided else ""
    return (
        f"• *{priority}*, {change}: {after.met} met and {after.missed} missed, "
        f"where it is {before.met} and {before.missed} now{still}"
    )
