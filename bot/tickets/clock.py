"""What people are told about a ticket's clock: why it is due when it is, and what if."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from bot.markup.blocks import Block, Message, context, section
from bot.markup.mrkdwn import inert, local_time, shortened
from bot.tickets.line import named, title
from core.desk.simulation import LATELY, MOST, Simulation
from core.durations import duration
from core.errors import DeskError
from core.sla import Policy, SlaStatus
from core.sla.explanation import counted, counted_time, folded, promised, told
from core.sla.policy import Targets
from core.sla.simulation import Tally
from core.sla.status import Deadline
from core.tickets import Priority, Ticket

# Spans that are told one by one, and characters that go into one block.
_SPANS = 12
_BLOCK = 2900
_LONGEST = timedelta(days=366)
_NOISE = frozenset({"to", "and", "=", "in", "is"})


class NoTarget(DeskError):
    """Say which target to try, such as high=2h, low=3d or, for the first response,
    high.response=30m."""


def why(ticket: Ticket, sla_status: SlaStatus, *, hours: str | None) -> Message:
    """Span by span, the time from the filing to now; with the business hours, if there are any."""
    stopped, business = ticket.sla_history.paused is not None, hours is not None
    lines = []
    if (answer := sla_status.first_response) is not None:
        lines.append(f"*First response:* {_stands(answer, stopped=stopped, business=business)}")
    if (reply := sla_status.next_reply) is not None:
        lines.append(f"*Next reply:* {_stands(reply, stopped=stopped, business=business)}")
    solved = _stands(sla_status.resolution, stopped=stopped, business=business)
    lines.append(f"*To be solved:* {solved}")
    if ticket.waiting_until is not None:
        lines.append(
            f"*Waits until:* {local_time(ticket.waiting_until)}, and then goes on by itself"
        )
    if hours is not None:
        lines.append(f"*Business hours:* {hours}")
    spans = [
        f"• {span}" if isinstance(span, str) else f"• {local_time(span.since)}: {inert(told(span))}"
        for span in folded(sla_status.spans, most=_SPANS, business=business)
    ]
    ran = counted_time(counted(sla_status), business=business)
    sums = f"{ran} of this time count for its {ticket.priority} priority."
    blocks = [title(ticket), section("\n".join(lines)), *_sections(spans), context(sums)]
    text = "\n".join([named(ticket), *lines])
    return {"text": text, "blocks": blocks}


def _stands(deadline: Deadline, *, stopped: bool, business: bool) -> str:
    done = f", done {local_time(deadline.done_at)}" if deadline.done_at else ""
    stands = promised(deadline, stopped=stopped, business=business)
    return f"{stands}; due {local_time(deadline.due)}{done}"


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
    for word in _joined(words):
        priority, field, time = _read_target(word)
        targets[priority] = targets.get(priority, policy[priority])._replace(**{field: time})
    if not targets:
        raise NoTarget
    return targets


def _joined(words: Sequence[str]) -> Iterable[str]:
    """One for each target: `high 2 hours` and `high: 2h` are `high=2hours`."""
    joined: list[str] = []
    for word in words:
        name = word.lower().rstrip(":,")
        if re.split("[.=]", name)[0] in frozenset(Priority) or not joined:
            joined.append(name if name in frozenset(Priority) else word)
        elif name not in _NOISE:
            apart = "" if "=" in joined[-1] else "="
            joined[-1] += apart + word.removeprefix("=")
    return joined


def _read_target(word: str) -> tuple[str, str, timedelta]:
    """As in high.response=30m. Raises NoTarget, saying what would be right."""
    name, _, said = word.lower().partition("=")
    priority, dot, what = name.partition(".")
    shown = f"“{shortened(word, 30)}”"
    if priority not in frozenset(Priority):
        raise NoTarget(f"{shown} names no priority: say low, medium or high, such as high=2h.")
    if dot and what != "response":
        raise NoTarget(f"{shown} names no target: say {priority}=2h or {priority}.response=30m.")
    if (time := duration(said)) is None:
        raise NoTarget(f"{shown} says no time: say {name}=30m, {name}=2h or {name}=3d.")
    if not timedelta() < time <= _LONGEST:
        raise NoTarget(f"{shown} must be above 0 and at most {_LONGEST.days}d, such as {name}=2h.")
    return priority, "first_response" if dot else "resolution", time


def what_if(
    tried: Simulation, policy: Policy, others: Mapping[str, Targets], *, business: bool
) -> Message:
    def instead(now: timedelta, then: timedelta) -> str:
        told_then, told_now = (counted_time(time, business=business) for time in (then, now))
        return f"{told_then} instead of {told_now}"

    latest = ", the latest of them" if tried.tickets == MOST else ""
    head = f"{tried.tickets} tickets of the last {LATELY.days} days{latest}:"
    lines = []
    for priority in reversed(Priority):
        if priority not in others:
            continue
        now, then = policy[priority], others[priority]
        before, after = tried.now.outcomes[priority], tried.then.outcomes[priority]
        if now.resolution != then.resolution:
            change = f"solved within {instead(now.resolution, then.resolution)}"
            lines.append(_line(priority, change, before.resolution, after.resolution))
        if now.first_response != then.first_response:
            change = f"answered within {instead(now.first_response, then.first_response)}"
            lines.append(_line(priority, change, before.first_response, after.first_response))
    said = "\n".join([head, *(lines or ["These are the targets that there are."])])
    hint = context("Nothing was changed: the settings say what is promised.")
    return {"text": said, "blocks": [section(said), hint]}


def _line(priority: Priority, change: str, before: Tally, after: Tally) -> str:
    still = f"; {after.undecided} not decided yet" if after.undecided else ""
    return (
        f"• *{priority}*, {change}: {after.missed} missed (now {before.missed}), "
        f"{after.met} met (now {before.met}){still}"
    )
