"""Keeps every ticket's messages as their ticket is, whoever changed it and from where, and tells
those who filed one what is said of it."""

from collections.abc import Mapping, Sequence

from bot.alerts.messages import about, in_plain_words
from bot.delivery.dispatcher import Dispatcher, refused_for_all
from bot.delivery.kinds import Kind
from bot.delivery.turns import Turns
from bot.markup.blocks import Message
from bot.slack.api_errors import About, Refused
from bot.slack.metadata import REQUESTER_CARD
from bot.tickets import card, notices, thread
from core.alerts.rules import AlertRules
from core.clock import Clock
from core.people.accounts import HEARS, Actor, Via
from core.store import AccountStore, Delivery, Outbox
from core.store.delivery import changes, entries
from core.store.delivery.changes import Change
from core.tickets import Priority, Ticket, label
from core.tickets.alert import BREACH

# What is said of a ticket elsewhere than in its card and its alerts.
SAID: Sequence[entries.Kind] = (
    "requester_card",
    "line",
    "desk_line",
    "direct_line",
    "notice",
    "direct_notice",
    "full",
)
# Messages in doubt that are looked for together.
AT_ONCE = 5
# After how many that go before others it is another's turn.
SOMETIMES = 5


class TicketMessages:
    def __init__(self, owed: Outbox, dispatcher: Dispatcher) -> None:
        self._owed = owed
        self._dispatcher = dispatcher
        # The tickets whose messages go before others': of people, of what is urgent, and the rest.
        self._of_people, self._urgent, self._others = Turns(), Turns(), Turns()
        self._posted = 0

    def changed(self, ticket: Ticket, *, by: Actor) -> None:
        """What this ticket owes now is posted before what others have owed for longer: in a
        channel there is about a second between two posts. Whoever changes very many has one turn
        as everybody else; but people's go before what is urgent, and this before what is not."""
        urgent = self._urgent if ticket.priority is Priority.HIGH else self._others
        (self._of_people if by.via is Via.SLACK else urgent).add(ticket.id, by=by.id)

    def is_one_coming(self) -> bool:
        """Whether what people changed is about to be posted."""
        return bool(self._of_people)

    async def tell(self) -> None:
        """Sends every receipt that is owed, until Slack refuses the app as a whole."""
        while held := await self._claim("receipt"):
            outcome = await self._dispatcher.pay(held)
            if isinstance(outcome, Refused) and outcome.about is About.APP:
                return

    async def follow(self) -> None:
        """Posts or edits all that is behind its ticket in the channel, until Slack refuses one
        for more than what it says. What may be in Slack already is left to `settle`."""
        while True:
            held, turns, by = await self._next()
            if not held:
                return
            of_people = turns is self._of_people
            if refused_for_all(await self._dispatcher.pay(held, first=of_people)):
                if turns is not None:
                    turns.add(held[0].ticket.id, by=by)
                return

    async def _next(self) -> tuple[list[Delivery], Turns | None, str]:
        """With where it waited for whose turn, if it did not wait the longest."""
        follow: Sequence[entries.Kind] = ("alert", "card", "comment", "receipt", *SAID)
        self._posted += 1
        for turns in self._order():
            while turns:
                ticket_id, by = turns.take()
                if held := await self._claim(*follow, doubtful=False, of=ticket_id):
                    return held, turns, by
        return await self._claim(*follow, doubtful=False), None, ""

    def _order(self) -> Sequence[Turns]:
        """Now and then it is the turn of what has waited longest, or of what nobody hurries, so
        that nothing waits for ever."""
        if self._posted % SOMETIMES:
            return (self._of_people, self._urgent, self._others)
        return (self._others,) if self._posted % (2 * SOMETIMES) else ()

    async def settle(self) -> None:
        """Finds in Slack of what nobody knows whether it is there, or posts what is not. What
        stands in a thread is looked for by whoever pays it."""
        while held := await self._claim(*SAID, doubtful=True):
            if refused_for_all(await self._dispatcher.pay(held)):
                return
        while claimed := await self._claim_doubtful():
            seen = await self._dispatcher.look(claimed, self._dispatcher.channel)
            for one in await self._dispatcher.settle_found(claimed, seen):
                if refused_for_all(await self._dispatcher.pay([one])):
                    return

    async def _claim_doubtful(self) -> list[Delivery]:
        """As many as can be posted before the first claim ends, if they must."""
        claimed: list[Delivery] = []
        while len(claimed) < AT_ONCE:
            held = await self._claim("card", "comment", doubtful=True)
            if not held:
                break
            claimed += held
        return claimed

    async def _claim(
        self, *kinds: entries.Kind, doubtful: bool | None = None, of: str | None = None
    ) -> list[Delivery]:
        timing = self._dispatcher.timing
        return await self._owed.claim(
            kinds, lease=timing.lease, doubt=timing.doubt, doubtful=doubtful, of=of
        )


def kinds(rules: AlertRules, clock: Clock, accounts: AccountStore) -> Mapping[str, Kind]:
    """What each kind of message says, whom it goes to, and whether it stays and is edited."""

    def alert(one: Delivery) -> Message:
        return about(
            one.ticket,
            rules,
            at=clock(),
            kind=one.rings,
            quiet=one.quiet,
            instead_of=one.instead_of,
            superseded=one.superseded,
        )

    def standing(one: Delivery) -> str:
        return _plainly(one.ticket, late=one.ticket.breached(at=clock()))

    async def wanted(one: Delivery) -> bool:
        """By who is to hear of it: its requester, unless it goes to somebody directly."""
        if one.tell is None:
            return True
        to = one.to if kinds_of[one.kind].direct else one.ticket.requester.slack_id
        return to is not None and one.tell in HEARS[await accounts.hears(to)]

    def notice(one: Delivery) -> Message:
        return notices.notice(one, at=clock(), rules=rules)

    kinds_of = {
        "alert": Kind(alert, standing),
        "card": Kind(
            lambda one: card.card(one.ticket, at=clock()),
            standing,
            identity=lambda one: one.ticket.id,
        ),
        "comment": Kind(
            lambda one: thread.objection(one.ticket, _comment_id(one)),
            _said,
            identity=_comment_id,
            lasting=False,
        ),
        "requester_card": Kind(
            lambda one: thread.requester_card(one.ticket, at=clock(), rules=rules),
            standing,
            identity=lambda one: f"{REQUESTER_CARD}:{one.ticket.id}",
            elsewhere=_as_receipt,
        ),
        "line": Kind(_line, _said, elsewhere=_as_direct_line, stands=_stands),
        "desk_line": Kind(
            lambda one: _line(one, for_desk=True),
            _said,
            elsewhere=lambda one: None,
            stands=_stands,
        ),
        "direct_line": Kind(
            lambda one: _line(one, direct=True),
            _said,
            direct=True,
            wanted=wanted,
            stands=_stands,
        ),
        "notice": Kind(
            notice, _said, elsewhere=_as_direct_notice, wanted=wanted, stands=notices.stands
        ),
        "direct_notice": Kind(notice, _said, direct=True, wanted=wanted, stands=notices.stands),
        "full": Kind(
            lambda one: thread.full(one.ticket, one.id), _said, elsewhere=lambda one: None
        ),
        "receipt": Kind(
            lambda one: thread.receipt(one.ticket, at=clock(), rules=rules),
            _filed,
            direct=True,
            wanted=wanted,
        ),
    }
    return kinds_of


def _filed(one: Delivery) -> str:
    return f"{one.ticket.key} is filed: /ticket status {one.ticket.key}"


def _said(one: Delivery) -> str:
    return f"A word about {one.ticket.key}: /ticket status {one.ticket.key}"


def _line(one: Delivery, **where: bool) -> Message:
    return thread.line(one.ticket, (_comment_id(one), *one.more), one.id, **where)


def _comment_id(one: Delivery) -> str:
    """Such as in comment:68e164c48d99b0708b2c6453:channel."""
    return one.id.split(":")[1]


def _stands(one: Delivery) -> bool:
    """A line of what is withdrawn says so where it was read; else there is nothing to say. Nor is
    there of a comment with a hundred later ones."""
    said = thread.comment(one.ticket, _comment_id(one))
    return said is not None and (one.ts is not None or not said.withdrawn)


def _as_receipt(one: Delivery) -> Change:
    to = one.ticket.requester.slack_id
    return changes.told_directly("receipt", "receipt", to=to) if to else None


def _as_direct_line(one: Delivery) -> Change:
    said, to = thread.comment(one.ticket, _comment_id(one)), one.ticket.requester.slack_id
    if not to or (said and said.author.id == one.ticket.requester.id):
        return None
    return changes.told_directly("direct_line", one.id, to=to)


def _as_direct_notice(one: Delivery) -> Change:
    to = one.ticket.requester.slack_id
    return changes.told_directly("direct_notice", one.id, to=to) if to else None


def _plainly(ticket: Ticket, *, late: bool) -> str:
    if late:
        return in_plain_words(ticket, BREACH)
    return f"{ticket.key} ({label(ticket.status)}): /ticket status {ticket.key}"
