"""A message of which a ticket may be made, and the ticket that is made of it."""

import re
from collections.abc import Mapping
from itertools import dropwhile
from typing import Any, NamedTuple

from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.events import SAYING, attached, words
from bot.conversation.intake.fetching import message
from bot.markup.mrkdwn import escaped
from bot.slack.receiver.workspace import SLACKBOT, Workspace
from bot.tickets.form import split_title
from bot.tickets.shortcuts import OwnMessage
from bot.tickets.thread import how_to_change
from core.blank_text import CONTROL, says_something
from core.desk import Desk, Origin
from core.desk.conversation import Said
from core.errors import DeskError
from core.idempotency import Key
from core.people.accounts import Actor, Person
from core.tickets import (
    DESCRIPTION_LENGTH,
    TITLE_LENGTH,
    NewTicket,
    Priority,
    SlackFile,
    SlackMessage,
    Ticket,
    TicketSummary,
    parse,
)
from core.tickets.source import Source, Wording


class NothingSaid(DeskError):
    """That message says nothing that could be a ticket. `/ticket new` files one."""


class Asked(NamedTuple):
    source: SlackMessage
    thread_ts: str | None
    # The Slack user, unless it is nobody's; and whether an app wrote it.
    author: str | None
    by_app: bool
    # As its author sees it, with a line for each file; and what the first of these is called.
    text: str
    file: str | None = None
    edited: str | None = None
    files: tuple[SlackFile, ...] = ()

    @property
    def of_person(self) -> bool:
        return not self.by_app and self.author not in (None, SLACKBOT)


def read_asked(said: Mapping[str, Any], channel: str | None, *, own: str | None) -> Asked | None:
    """None for what nobody said; `own` is the desk's user."""
    ts = said.get("ts")
    if not channel or not ts or said.get("subtype") not in SAYING | {"bot_message"}:
        return None
    return Asked(
        SlackMessage(channel, ts),
        said.get("thread_ts"),
        said.get("user"),
        said.get("bot_id") is not None,
        words(said, own),
        None if says_something(said.get("text") or "") else file_name(said),
        (said.get("edited") or {}).get("ts"),
        attached(said),
    )


async def pointed_at(
    source: SlackMessage, client: AsyncWebClient, desk: Desk, workspace: Workspace
) -> tuple[Asked, TicketSummary | None]:
    """The message as it is now, and the ticket that it, or its thread, is already.

    Raises what `message` does, OwnMessage and NothingSaid.
    """
    found = await message(client, *source)
    asked = read_asked(found, source.channel, own=workspace.bot)
    if asked is None:
        raise NothingSaid
    threads = desk.tickets.threads
    made = await threads.ticket_in_thread(source.channel, asked.thread_ts or source.ts)
    if made is not None:
        return asked, made[0]
    if workspace.bot in (asked.author, found.get("parent_user_id", "")):
        raise OwnMessage
    if not says_something(asked.text):
        raise NothingSaid
    return asked, None


def file_name(said: Mapping[str, Any]) -> str | None:
    """What the first file that goes with it is called."""
    if not (files := said.get("files")):
        return None
    name = " ".join(re.sub(f"[{CONTROL}]", " ", files[0].get("name") or "").split())
    return name[:TITLE_LENGTH] if says_something(name) else "a file"


def described(asked: Asked) -> tuple[NewTicket, str | None]:
    """A ticket in its words; and all of them, if a description has no room for that. Raises
    InvalidInput."""
    # A line that shows nothing is no title.
    said = "\n".join(dropwhile(lambda line: not says_something(line), asked.text.split("\n")))
    title, description = (asked.file, said) if asked.file else split_title(said)
    title = re.sub(f"[{CONTROL}]", " ", title)
    is_whole = len(description) <= DESCRIPTION_LENGTH
    if not is_whole:
        description = f"{description[: DESCRIPTION_LENGTH - 1].rstrip()}…"
    new = parse(NewTicket, {"title": title, "description": description})
    return new, None if is_whole else said


async def filed_from(
    asked: Asked,
    desk: Desk,
    workspace: Workspace,
    *,
    by: Actor,
    requester: Person | None = None,
    priority: Priority = Priority.MEDIUM,
) -> Ticket:
    """Files it once, for its author unless another `requester` is named. A message that is longer
    than a description is a comment of it, too, whole.

    Raises MadeAlready if it is a ticket by another way, and InvalidInput.
    """
    new, whole = described(asked)
    channel, ts = asked.source.channel, asked.thread_ts or asked.source.ts
    source = Source(channel, ts, workspace.link(channel, ts))
    filed = await desk.open_ticket(
        new.model_copy(update={"priority": priority}),
        by=by,
        key=Key.of_message(*asked.source),
        origin=Origin(source, requester or by.person, wording(asked, new), asked.files),
    )
    if whole:
        await said_whole(asked, whole, desk)
    return filed.ticket


def wording(asked: Asked, new: NewTicket) -> Wording:
    edited = asked.edited or ""
    return Wording.of(asked.source.ts, new.title, new.description, edited=edited)


async def said_whole(asked: Asked, words: str, desk: Desk) -> None:
    """What is longer than a description is a comment, too."""
    if asked.author is not None:
        ts = asked.thread_ts or asked.source.ts
        said = Said(asked.source, ts, asked.author, asked.by_app, words, asked.edited, asked.files)
        await desk.conversation.said(said, public=False, whole=True)


def is_filed(ticket: Ticket, *, by: Actor) -> str:
    said = f"{escaped(ticket.key)} is filed, with {ticket.priority} priority."
    return f"{said} {how_to_change(ticket, by=by)}".rstrip()
