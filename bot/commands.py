"""/ticket's verbs: one table, from which the help is made too."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.alerts.commands import ack, snooze
from bot.invocation import COMMAND, Invocation, Subcommand
from bot.markup.blocks import Message
from bot.markup.mrkdwn import escaped
from bot.reports.commands import digest, report, sla
from bot.runtime.background import Background
from bot.slack.error_answers import NotUnderstood
from bot.slack.replies import Replies
from bot.tickets.commands import (
    assign,
    change_status,
    claim,
    comment,
    new,
    prio,
    start,
    status,
    tickets,
    wait,
    why,
)
from core.desk import Desk
from core.people.permissions import Action


def register(app: AsyncApp, desk: Desk, background: Background, client: AsyncWebClient) -> None:
    @app.command(COMMAND)
    async def commanded(ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond) -> None:
        by = await desk.people.acting_in_slack(
            command["user_id"], name=command.get("user_name") or None
        )
        invocation = Invocation.of(
            command, known, by, desk, Replies(client, background, command, respond)
        )
        if answer := await invocation.subcommand.run(invocation):
            await ack({"response_type": "ephemeral", **answer})
        else:
            await ack()


def known(verb: str) -> Subcommand:
    """Raises NotUnderstood for an unknown verb, suggesting the nearest."""
    if verb in SUBCOMMANDS:
        return SUBCOMMANDS[verb]
    near = get_close_matches(verb[:30], SUBCOMMANDS, n=1, cutoff=0.5)
    meant = f"Did you mean `{COMMAND} {near[0]}`? " if near else ""
    raise NotUnderstood(
        f"There is no command {verb[:30]}. {meant}`{COMMAND} help` lists all there is."
    )


async def help_(invocation: Invocation) -> Message:
    if invocation.words:
        verb = known(invocation.words[0].lower())
        return {"text": _line(verb) + ("" if verb.is_for(invocation.by) else " (only agents can)")}
    shown = [verb for verb in SUBCOMMANDS.values() if verb.listed and verb.is_for(invocation.by)]
    return {"text": "\n".join(map(_line, shown))}


def _line(verb: Subcommand) -> str:
    return f"`{COMMAND} {escaped(verb.usage)}` — {verb.about}"


SUBCOMMANDS: Mapping[str, Subcommand] = {
    "new": Subcommand(
        "new [low|medium|high] [title]", "file a ticket; with no priority, in a form", new
    ),
    "status": Subcommand("status [T-42]", "one ticket, or yours", status),
    "list": Subcommand(
        "list [open|mine|unassigned|breached|all|a status|a priority]",
        "tickets, the newest first; the words may be combined",
        tickets,
    ),
    "assign": Subcommand(
        "assign T-42 @someone|me|nobody", "say who is to work on it", assign, Action.ASSIGN
    ),
    "claim": Subcommand("claim T-42", "work on it oneself", claim, Action.CLAIM, listed=False),
    "comment": Subcommand("comment T-42 your words", "add a comment", comment),
    "note": Subcommand(
        "note T-42 your words", "add a note that only agents see", comment, Action.NOTE
    ),
    "prio": Subcommand(
        "prio T-42 low|medium|high",
        "change its priority, and so when it is due",
        prio,
        Action.PRIORITISE,
    ),
    "start": Subcommand("start T-42", "work on it now; an agent takes it, if nobody has it", start),
    "wait": Subcommand(
        "wait T-42 [for whom]",
        "it waits, and its clock stands still; for its requester if nobody is named",
        wait,
        Action.WAIT,
    ),
    "hold": Subcommand("hold T-42 [for whom]", "what `wait` does", wait, Action.WAIT, listed=False),
    "ack": Subcommand(
        "ack T-42", "you see to it: its alerts are quiet for a while", ack, Action.ACKNOWLEDGE
    ),
    "snooze": Subcommand(
        "snooze T-42 30m|2h|tomorrow",
        "its alerts are quiet until then, a week at most",
        snooze,
        Action.SNOOZE,
    ),
    "why": Subcommand("why T-42", "why it is due when it is due", why),
    "resolve": Subcommand("resolve T-42", "it is done", change_status, Action.RESOLVE),
    "close": Subcommand("close T-42", "it is over", change_status),
    "reopen": Subcommand("reopen T-42", "it is not done after all", change_status),
    "sla": Subcommand(
        "sla try high=2h",
        "what another target would have done to the tickets of the last 90 days; "
        "also low=3d, high.response=30m",
        sla,
        Action.TRY,
    ),
    "report": Subcommand(
        "report [7d|30d]", "how the targets were kept in that time", report, Action.REPORT
    ),
    "digest": Subcommand(
        "digest now",
        "how the desk stands, which comes by itself every day",
        digest,
        Action.REPORT,
    ),
    "help": Subcommand("help [verb]", "this list, or one line of it", help_),
}
