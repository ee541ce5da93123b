"""All that is said in a ticket, in a view of its own: what cards and answers show a part of."""

from collections.abc import Iterator
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.blocks import Block, context, plain
from bot.markup.mrkdwn import in_lines
from bot.markup.rich_text import rich_text
from bot.runtime.background import Background
from bot.slack.error_answers import Outdated
from bot.slack.users import acting
from bot.tickets.buttons import one_of
from bot.tickets.card import SHOW_ALL, facts, said_by
from bot.tickets.forms.opening import opens
from bot.tickets.line import title
from core.desk import Desk
from core.people.accounts import Actor

# Comments of a page, and characters of a block: the longest that is written in a form or over REST
# takes two, one that was said in Slack twenty and more.
PAGE = 10
CHUNK = 2500
# Blocks of a page, of a hundred that there may be: one comment always has room. A view may have
# 250 kB in all.
BLOCKS = 60


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    async def shown(reference: str, by: Actor) -> Block:
        return await whole(desk, reference, by=by)

    opens(app, desk, background, SHOW_ALL, shown)

    @app.action(one_of(["comments_earlier", "comments_later"]))
    async def turned(
        ack: AsyncAck, action: dict[str, Any], body: dict[str, Any], client: AsyncWebClient
    ) -> None:
        by = await acting(desk, body["user"])
        ticket, _, start = (action.get("value") or "").partition(" ")
        if not start.isdecimal() or "view_id" not in body.get("container", {}):
            raise Outdated
        view = await whole(desk, ticket, by=by, start=int(start))
        await ack()
        shown = body["container"]["view_id"]
        background.start(client.views_update(view_id=shown, view=view))


async def whole(desk: Desk, reference: str, *, by: Actor, start: int = 0) -> Block:
    """A page of it, from the comment with this index on. Raises TicketNotFound."""
    ticket = await desk.ticket(reference, by=by)
    comments, following = await desk.comments(reference, by=by, start=start, limit=PAGE)
    if start == 0:
        first, *more = facts(ticket, "", at=desk.clock())
        blocks = [first, *said_in_full(ticket.description), *more]
    else:
        blocks = [title(ticket)]
    last = start
    for comment in comments:
        more = [said_by(comment), *said_in_full(comment.message)]
        if last > start and len(blocks) + len(more) > BLOCKS:
            following = last
            break
        blocks += more
        last += 1
    if comments:
        blocks.append(context(f"Comments {start + 1} to {last} of {ticket.comments_count}"))
    turns = [_turn("earlier", ticket.id, max(start - PAGE, 0))] if start else []
    turns += [_turn("later", ticket.id, following)] if following is not None else []
    if turns:
        blocks.append({"type": "actions", "block_id": "comments", "elements": turns})
    return {"type": "modal", "title": plain(ticket.key), "close": plain("Back"), "blocks": blocks}


def said_in_full(text: str) -> list[Block]:
    shown = (in_lines(chunk, CHUNK) for chunk in chunks(text))
    return [rich_text(chunk) for chunk in shown if chunk]


def chunks(text: str) -> Iterator[str]:
    """Of whole lines, where they are not too long for that."""
    while text:
        end = len(text) if len(text) <= CHUNK else text.rfind("\n", 0, CHUNK) + 1 or CHUNK
        yield text[:end]
        text = text[end:]


def _turn(name: str, ticket: str, start: int) -> Block:
    return {
        "type": "button",
        "action_id": f"comments_{name}",
        "text": plain(f"{name.capitalize()} comments"),
        "value": f"{ticket} {start}",
    }
