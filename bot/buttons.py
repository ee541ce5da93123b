"""The buttons on cards, alerts and answers: one press, one change."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.background import Background
from bot.cards import BUTTONS, STATUS_AFTER, details, state
from bot.people import acting
from bot.words import mention
from core.desk import Changed, Desk
from core.tickets import Changes


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    @app.action(re.compile("|".join(BUTTONS)))
    async def pressed(
        ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond
    ) -> None:
        by = await acting(desk, body["user"])
        name = action["action_id"]
        changes = Changes(assignee=by.id) if name == "claim" else Changes(status=STATUS_AFTER[name])
        key = f"slack:{by.slack_id}:{action['action_ts']}"
        changed = await desk.change_ticket(
            action["value"], changes, by=by, key=key, taking=name == "start"
        )
        await ack()
        # A card follows its ticket by itself; what only one person sees is replaced here.
        if body["container"].get("is_ephemeral"):
            shown = details(changed.ticket, by=by, at=desk.clock())
            background.start(respond(replace_original=True, **shown))
        elif not changed.fields:
            background.start(
                respond(response_type="ephemeral", replace_original=False, text=already(changed))
            )


def already(changed: Changed) -> str:
    ticket = changed.ticket
    who = f" and {mention(ticket.assignee)} has it" if ticket.assignee else ""
    return f"{ticket.key} is {state(ticket)}{who} already; nothing was changed."
