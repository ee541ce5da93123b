"""The buttons on cards, alerts and answers: one press, one change."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.markup.blocks import section
from bot.markup.mrkdwn import mention
from bot.runtime.background import Background
from bot.slack.error_answers import Outdated
from bot.slack.users import acting
from bot.tickets.card import BUTTONS, FOLLOWED, HELPFUL, REPLY, STATUS_AFTER, details, taken_already
from bot.tickets.line import state
from core.desk import Changed, Desk
from core.errors import TakenAlready
from core.people.accounts import Actor
from core.tickets import Changes
from core.tickets.source import is_direct


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    @app.action(one_of(BUTTONS.keys() - {REPLY}))
    async def pressed(
        ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond
    ) -> None:
        by = await acting(desk, body["user"])
        name, ticket = action["action_id"], action.get("value") or ""
        if name == "acknowledge":
            await desk.acknowledge(ticket, by=by, key=key_of(action, by))
            await ack()
            return
        try:
            changed = await done(desk, name, ticket, by=by, key=key_of(action, by))
        except TakenAlready as error:
            await ack()
            offer = taken_already(ticket, str(error))
            background.start(respond(response_type="ephemeral", replace_original=False, **offer))
            return
        await ack()
        # A card follows its ticket by itself; what only one person sees is replaced here.
        in_vain = not changed.fields and not changed.repeated
        follows = action.get("block_id") == FOLLOWED
        if not follows and _is_for_one(body.get("container", {})):
            shown = details(changed.ticket, by=by, at=desk.clock(), rules=desk.rules)
            blocks = [section(already(changed)), *shown["blocks"]] if in_vain else shown["blocks"]
            background.start(respond(replace_original=True, **shown | {"blocks": blocks}))
        elif in_vain:
            background.start(
                respond(response_type="ephemeral", replace_original=False, text=already(changed))
            )

    @app.action(one_of(HELPFUL))
    async def judged(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        by, helpful = await acting(desk, body["user"]), action["action_id"] == "helpful"
        await desk.feedback.was_helpful(action.get("value") or "", helpful, by=by)
        await ack()

    @app.action("snooze")
    async def snoozed(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        by = await acting(desk, body["user"])
        said, _, ticket = (action.get("selected_option") or {}).get("value", "").partition(" ")
        if (until := desk.rules.snoozed_until(said, at=desk.clock())) is None:
            raise Outdated
        await desk.snooze(ticket, by=by, until=until, key=key_of(action, by))
        await ack()


async def done(desk: Desk, name: str, ticket: str, *, by: Actor, key: str) -> Changed:
    """What the button of that name does to its ticket. Raises TakenAlready where somebody else has
    it, and it was not to be taken over."""
    if name in ("claim", "take_over"):
        return await desk.claim(ticket, by=by, key=key, over=name == "take_over")
    if name == "start":
        return await desk.start(ticket, by=by, key=key)
    if name == "resolve":
        return await desk.resolve(ticket, by=by, key=key)
    if name == "reopen":
        return await desk.feedback.reopen(ticket, by=by, key=key)
    return await desk.change_ticket(ticket, Changes(status=STATUS_AFTER[name]), by=by, key=key)


def one_of(names: Iterable[str]) -> re.Pattern[str]:
    """For Bolt, which looks for a pattern anywhere in a name."""
    return re.compile(rf"\A(?:{'|'.join(map(re.escape, names))})\Z")


def _is_for_one(container: Mapping[str, Any]) -> bool:
    """Where one person reads the message with the button, and nobody edits it later."""
    return bool(container.get("is_ephemeral")) or is_direct(container.get("channel_id") or "")


def key_of(action: dict[str, Any], by: Actor) -> str:
    """The same for one press, however often Slack tells of it."""
    return f"slack:{by.slack_id}:{action['action_ts']}"


def already(changed: Changed) -> str:
    ticket = changed.ticket
    who = f" and {mention(ticket.assignee)} has it" if ticket.assignee else ""
    return f"{ticket.key} is {state(ticket)}{who} already; nothing was changed."
