"""What a process has claimed, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bson import ObjectId

from core.store import linked, mapping
from core.store.delivery.entries import Kind
from core.store.mapping import Document
from core.tickets import Ticket
from core.tickets.alert import REPLY, Ring
from core.tickets.news import About


class Posted(NamedTuple):
    """A message in Slack: whether it is about one ticket `alone`, was `quiet` because it rang
    nobody, stands there `instead_of` in a channel that did not take it, and a fingerprint of what
    it `says`, where that is known."""

    channel: str
    ts: str
    alone: bool
    quiet: bool = False
    instead_of: str | None = None
    says: str | None = None


class Notice(NamedTuple):
    """What somebody is told, and since when that is so; in whose words, if it has any."""

    about: About
    # None of what is so without a time.
    at: datetime | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that a ticket owes, held by this process until its lease ends."""

    id: str
    kind: Kind
    lease: str
    ticket: Ticket
    # As it was when the ticket was read: what is shown from here on.
    wants: int
    # The channel that the message is in, or the Slack user it is to go to; and the message, if
    # there is one, with what is known of it.
    to: str | None = None
    ts: str | None = None
    # The message that it answers, if it is to stand in a thread.
    thread: str | None = None
    quiet: bool = False
    instead_of: str | None = None
    says: str | None = None
    # Of a line: the comments that it tells besides the first.
    more: tuple[str, ...] = ()
    # What there is to do, or that it ended.
    notice: Notice | None = None
    # Whose it is, if it is told to whoever has the ticket, and the comments that other messages of
    # theirs about it say.
    account: str | None = None
    told: frozenset[str] = frozenset()
    # Who hears of it: whoever hears of `all`, or also whoever hears of what is `needed`; everybody
    # if it is not said.
    tell: str | None = None
    # Which alert it is.
    ring: Ring | None = None
    # Since when an earlier try may have reached Slack without our knowing, in which channel if that
    # is known, and the names of the batches in which this alert was tried.
    first_try: datetime | None = None
    last_try: datetime | None = None
    tried_in: str | None = None
    batches: tuple[str, ...] = ()
    # How often Slack refused what it says, in every form.
    refusals: int = 0
    # A later alert of its ticket, about the same, is a message of its own, too.
    superseded: bool = False

    @property
    def rings(self) -> str:
        """Which kind of alert it is."""
        return self.ring.kind if self.ring else ""


class Batch(NamedTuple):
    """Very many alerts that one message is about, claimed by this process."""

    lease: str
    name: str


def delivery(document: Document, entry: Document, lease: str) -> Delivery:
    if entry["kind"] == "desk_line" and not entry.get("ts"):
        entry = entry | _under_card(document)
    return Delivery(
        id=entry["id"],
        kind=entry["kind"],
        lease=lease,
        ticket=mapping.ticket(document),
        wants=entry["wants"],
        to=entry.get("to"),
        ts=entry.get("ts"),
        thread=entry.get("thread"),
        quiet=entry.get("quiet") or False,
        instead_of=entry.get("instead_of"),
        says=entry.get("says"),
        more=tuple(entry.get("more", ())),
        notice=_notice(entry.get("notice")),
        account=_account(entry["id"]),
        told=_told_to_the_same(document, entry),
        tell=entry.get("tell"),
        ring=mapping.ring(entry.get("ring")),
        first_try=entry.get("first_try"),
        last_try=entry.get("last_try"),
        tried_in=entry.get("tried_in"),
        batches=tuple(
            batch["name"]
            for batch in document["alert"].get("batches", ())
            if entry["id"] == f"alert:{batch['ring']}"
        ),
        refusals=entry.get("refusals") or 0,
        superseded=entry["kind"] == "alert" and _has_later(document, entry),
    )


def _account(id: str) -> str | None:
    """Such as in notify:68e164c48d99b0708b2c6453:4, which may be of before it became another's."""
    kind, _, rest = id.partition(":")
    return str(linked.now(ObjectId(rest.split(":")[0]))) if kind == "notify" else None


def _told_to_the_same(document: Document, entry: Document) -> frozenset[str]:
    if (account := _account(entry["id"])) is None:
        return frozenset()
    others = (one for one in document["deliveries"] if one["id"] != entry["id"])
    theirs = (one.get("notice") or {} for one in others if _account(one["id"]) == account)
    return frozenset(notice["comment"] for notice in theirs if "comment" in notice)


def _notice(document: Document | None) -> Notice | None:
    if document is None:
        return None
    return Notice(document["about"], document["at"], document.get("comment"))


def _under_card(document: Document) -> Document:
    """Nowhere, as long as that is not there."""
    cards = [one for one in document["deliveries"] if one["kind"] == "card" and one.get("ts")]
    return {"to": cards[0]["to"], "thread": cards[0]["ts"]} if cards else {}


def _has_later(document: Document, alert: Document) -> bool:
    """About the same, in its channel: where a step has its own, each keeps what is to be pressed
    there."""
    alerts = (one for one in document["deliveries"] if one["kind"] == "alert" and one.get("ts"))
    there = [
        one["id"]
        for one in alerts
        if one["to"] == alert.get("to") and _is_about_reply(one) == _is_about_reply(alert)
    ]
    return alert["id"] in there[:-1]


def _is_about_reply(alert: Document) -> bool:
    return bool(alert["id"].startswith(f"alert:{REPLY}"))
