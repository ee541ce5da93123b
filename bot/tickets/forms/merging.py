"""Forms of a ticket that several people may have open at once: whoever is slower loses no word."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.markup.blocks import Block, context
from bot.markup.mrkdwn import local_time, mention, quoted
from bot.slack.users import acting
from bot.tickets.form import form_values
from core.desk import Desk
from core.desk.merging import Clash, merged
from core.desk.tickets.clashes import Seen
from core.idempotency import digest
from core.people.accounts import Actor, Person
from core.sla.history import REQUESTER
from core.tickets import Changes, Ticket, parse

Values = Mapping[str, Any]


class Filled(NamedTuple):
    """What a form holds when it is shown: what was typed already, and what clashes with it."""

    seen: Seen
    typed: Values = {}
    clashes: Mapping[str, Block] = {}

    @classmethod
    def first(cls, ticket: Ticket, **typed: Any) -> "Filled":
        return cls(Seen(ticket.version), typed)

    def callback_id(self, form: str, ticket: Ticket) -> str:
        """With the ticket, its version as the form was opened, and those of fields that clashed."""
        later = "".join(f":{field}.{version}" for field, version in self.seen.later.items())
        return f"{form}:{ticket.id}:{self.seen.version}{later}"

    def marked(self, *fields: Block) -> list[Block]:
        """With what clashes below its field, and said above all."""
        marked: list[Block] = []
        if self.clashes:
            marked.append(context(":warning: Somebody was faster; nothing was saved yet."))
        for field in fields:
            marked.append(field)
            if clash := self.clashes.get(field.get("block_id", "")):
                marked.append(clash)
        return marked


Modal = Callable[[Ticket, Actor, Filled], Awaitable[Block]]


def merges(
    app: AsyncApp, desk: Desk, form: str, modal: Modal, meant: Callable[[Values], Values]
) -> None:
    """Keeps what is `meant` by the form's fields; shows it again where somebody was faster."""
    sent = re.compile(rf"\A{form}:([0-9a-f]{{24}}):([0-9]{{1,10}})((?::[a-z_]+\.[0-9]{{1,10}})*)\Z")

    @app.view(sent)
    async def submitted(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        by = await acting(desk, body["user"])
        named = sent.match(view["callback_id"])
        assert named is not None  # by which Bolt found this
        seen = Seen(int(named[2]), _later(named[3]))
        values = form_values(view)
        said = parse(Changes, meant(values))
        # What is typed after an answer got lost is another change.
        key = f"slack:view:{view['id']}:{digest(said)}"
        try:
            await merged(desk, named[1], said, by=by, seen=seen, key=key)
        except Clash as clash:
            again = await modal(clash.ticket, by, _again(clash, values, seen))
            await ack(response_action="update", view=again)
        else:
            await ack()


def _later(text: str) -> dict[str, int]:
    parts = (part.split(".") for part in text.split(":") if part)
    return {field: int(version) for field, version in parts}


def _again(clash: Clash, values: Values, seen: Seen) -> Filled:
    """Sent once more, it is about what is there now."""
    ticket = clash.ticket
    later = {**seen.later, **dict.fromkeys(clash.by, ticket.version)}
    clashes = {field: _meanwhile(ticket, field, by) for field, by in clash.by.items()}
    return Filled(Seen(seen.version, later), values, clashes)


def _meanwhile(ticket: Ticket, field: str, by: Person) -> Block:
    return context(
        f"{mention(by)} made it *{_shown(ticket, field)}* meanwhile. "
        "To have what you typed instead, send this once more."
    )


def _shown(ticket: Ticket, field: str) -> str:
    value = getattr(ticket, field)
    match field:
        case "assignee":
            return mention(value) if value else "nobody's"
        case "waiting_until":
            return local_time(value) if value else "for as long as it takes"
        case "waiting_for" if value is None:
            return "go on"
        case "waiting_for" if value == REQUESTER:
            return "the requester"
    return quoted(str(value), 500) or "empty"
