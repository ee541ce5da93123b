"""Where nobody works now, whoever asked may say that it cannot wait."""

from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.markup.blocks import Block, plain
from bot.markup.mrkdwn import local_time
from bot.runtime.background import Background
from bot.slack.users import acting
from bot.tickets.buttons import key_of
from core.alerts.rules import AlertRules
from core.desk import Desk
from core.tickets import Ticket

URGENT = "urgent"


def outside_hours(ticket: Ticket, rules: AlertRules, *, at: datetime) -> str:
    """Empty where somebody works now, and nobody said that it is urgent."""
    if ticket.alert.urgent is not None:
        return "The team is told that it is urgent."
    opens = rules.calendar.next_opening(at)
    return f"Nobody works until {local_time(opens)}." if opens > at else ""


def may_be_urgent(ticket: Ticket, rules: AlertRules, *, at: datetime) -> list[Block]:
    """The button, as long as it does something."""
    if ticket.alert.urgent or ticket.status.stopped or rules.calendar.next_opening(at) <= at:
        return []
    button: Block = {
        "type": "button",
        "action_id": URGENT,
        "text": plain("It is urgent"),
        "value": ticket.id,
        "accessibility_label": f"{ticket.key} is urgent",
    }
    return [button]


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    @app.action(URGENT)
    async def pressed(
        ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], respond: AsyncRespond
    ) -> None:
        by = await acting(desk, body["user"])
        reference, key = action.get("value") or "", key_of(action, by)
        changed = await desk.feedback.is_urgent(reference, by=by, key=key)
        await ack()
        ticket = changed.ticket
        said = (
            f"{ticket.key} has {ticket.priority} priority, and the team is told that it is urgent."
        )
        background.start(respond(response_type="ephemeral", replace_original=False, text=said))
