"""What the board of an alert channel says, and what its thread does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.markup.blocks import Block, Message, context, fingerprint, plain
from bot.markup.mrkdwn import inert, local_time, name_of, one_line
from bot.markup.rich_text import Piece, bold, code, emoji, moment, rich_text
from bot.slack.metadata import BOARD
from bot.tickets.line import called, plain_state
from bot.tickets.line import state as status
from core.alerts.board import State, state
from core.alerts.rules import AlertRules
from core.people.accounts import Person
from core.store.delivery.boards import COUNTED, TOLD_APART, Board, Unquiet
from core.tickets import TrackedTicket, label
from core.tickets.alert import milliseconds

# Tickets that a section names, and changes that one message in the thread does.
NAMED = 10
TOLD = 10
_TITLE = 60
_NAME = 40
_HEADS: Mapping[State, tuple[str, str]] = {
    State.LATE: ("rotating_light", "Late"),
    State.SOON: ("hourglass_flowing_sand", "Soon late"),
    State.ACKNOWLEDGED: ("eyes", "Acknowledged"),
    State.SNOOZED: ("zzz", "Snoozed"),
}


@dataclass(frozen=True)
class View:
    """What a board is to show."""

    sections: Mapping[State, Sequence[TrackedTicket]]
    # Beyond the tickets that are told apart.
    more: Mapping[State, int]
    full: bool
    rules: AlertRules

    @classmethod
    def of(cls, unquiet: Unquiet, rules: AlertRules, *, at: datetime) -> "View":
        sections: dict[State, list[TrackedTicket]] = {one: [] for one in State}
        for ticket in unquiet.tickets:
            if (found := state(ticket, rules, at=at)) is not None:
                sections[found].append(ticket)
        more = {State.LATE: unquiet.late, State.SOON: unquiet.soon}
        more = {one: max(0, count - TOLD_APART) for one, count in more.items()}
        return cls(sections, more, unquiet.full, rules)

    @property
    def shown(self) -> dict[str, str]:
        return {
            ticket.id: one.value for one, tickets in self.sections.items() for ticket in tickets
        }

    @property
    def blocks(self) -> list[Block]:
        head = {"type": "header", "text": plain("What is late")}
        sections = [self._section(one) for one in State if self._count(one)]
        if self.full:
            said = f"Of more than {TOLD_APART}, only the most overdue are told apart."
            sections.append(context(said))
        nothing = rich_text(emoji("sunny"), " Nothing is late.")
        return [head, *(sections or [nothing])]

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.blocks)

    @property
    def _counts(self) -> str:
        counts = [f"{self._counted(one)} {_HEADS[one][1].lower()}" for one in State]
        text = ", ".join(said for one, said in zip(State, counts, strict=True) if self._count(one))
        return f"What is late: {text or 'nothing'}."

    @property
    def plainly(self) -> str:
        """Where Slack does not take the tickets' words."""
        return f"{self._counts} See /ticket list breached"

    def message(self, channel: str, *, at: datetime) -> Message:
        metadata = {"event_type": BOARD, "event_payload": {"board": channel}}
        brought = context(f"As of {local_time(at)}. What changes is told in the thread.")
        return {
            "text": self._counts,
            "blocks": [*self.blocks, brought],
            "metadata": metadata,
        }

    def _count(self, one: State) -> int:
        return len(self.sections[one]) + self.more.get(one, 0)

    def _counted(self, one: State) -> str:
        count = self._count(one)
        capped = self.more.get(one, 0) + TOLD_APART >= COUNTED
        return f"{count:,}{' or more' if capped else ''}"

    def _section(self, one: State) -> Block:
        mark, head = _HEADS[one]
        pieces: list[Piece | str] = [emoji(mark), " ", bold(f"{head}: {self._counted(one)}")]
        for ticket in self.sections[one][:NAMED]:
            pieces += ["\n• ", *self._line(one, ticket)]
        if (rest := self._count(one) - NAMED) > 0:
            listed = "open" if one is State.SOON else "breached"
            pieces += [f"\nand {rest:,} more: ", code(f"/ticket list {listed}")]
        return rich_text(*pieces)

    def _line(self, one: State, ticket: TrackedTicket) -> list[Piece | str]:
        """By name: a board rings nobody."""
        who = name_of(ticket.assignee, _NAME) if ticket.assignee else "nobody has it"
        pieces: list[Piece | str] = [*called(ticket, _TITLE), f" · {who}"]
        if ticket.waiting_for is not None:
            # It was late before.
            pieces.append(f" · {one_line(plain_state(ticket), _TITLE)}")
        alert = ticket.alert
        if one is State.SNOOZED and alert.snoozed:
            by = name_of(alert.snoozed.by, _NAME)
            return [*pieces, f" · snoozed by {by} until ", moment(alert.snoozed.until)]
        if one is State.ACKNOWLEDGED and alert.acknowledged:
            until = self.rules.acknowledged_until(ticket) or alert.acknowledged.until
            by = name_of(alert.acknowledged.by, _NAME)
            return [*pieces, f" · acknowledged by {by} until ", moment(until)]
        said = " · due " if one is State.SOON else " · since "
        return [*pieces, said, moment(ticket.sla_due)]

    def changes(self, board: Board) -> list[str]:
        """What stands elsewhere than on the board as it was, a line each."""
        lines = []
        for one, tickets in self.sections.items():
            for ticket in tickets:
                was = board.shown.get(ticket.id)
                # Late before, when a full board had no room for it.
                known = was is None and board.full and board.at and ticket.sla_due < board.at
                if was != one and not known:
                    lines.append(_stands(one, ticket))
        return lines


def _stands(one: State, ticket: TrackedTicket) -> str:
    alert = ticket.alert
    if one is State.SNOOZED and alert.snoozed:
        by, _, until = alert.snoozed
        return f"{ticket.key} is snoozed by {_named(by)} until {local_time(until)}"
    if one is State.ACKNOWLEDGED and alert.acknowledged:
        return f"{ticket.key} is acknowledged by {_named(alert.acknowledged.by)}"
    return f"{ticket.key} {'will be late soon' if one is State.SOON else 'is late'}"


def gone(tickets: Iterable[TrackedTicket], rules: AlertRules, *, at: datetime) -> list[str]:
    """Why tickets do not stand on the board any more, a line each."""
    lines = []
    for ticket in tickets:
        if ticket.status.finished:
            lines.append(f"{ticket.key} is {label(ticket.status)}")
        elif ticket.breaches_at is None:
            lines.append(f"{ticket.key} is {status(ticket)}")
        elif state(ticket, rules, at=at) is None:
            lines.append(f"{ticket.key} has more time")
    return lines


def told(lines: Sequence[str], *, full: bool) -> list[str]:
    """No more than a message can say."""
    rest = len(lines) - TOLD
    if rest <= 0:
        return list(lines)
    return [*lines[:TOLD], f"and {'at least ' if full else ''}{rest:,} more"]


def thread_message(board: Board, ts: str) -> Message:
    payload = {"thread": ts, "told": told_name(board)}
    metadata = {"event_type": BOARD, "event_payload": payload}
    return {"text": "\n".join(board.untold), "thread_ts": ts, "metadata": metadata}


def told_name(board: Board) -> str:
    """By which what the thread is to say is found again there: as of when the board shows it."""
    return f"told:{milliseconds(board.at) if board.at else 0}"


def _named(person: Person) -> str:
    return inert(name_of(person, _NAME))
