"""Rich text: what people typed is shown as they typed it, since no sign in it means anything.

In mrkdwn a `*` cannot be said that is only a `*`.
"""

from datetime import datetime
from typing import Any

from bot.markup.mrkdwn import DATE, name_of, utc
from core.people.accounts import Person

Piece = dict[str, Any]
Block = dict[str, Any]


def rich_text(*pieces: Piece | str) -> Block:
    """One paragraph; what is given as a string is shown as it is, and is not empty."""
    elements = [words(piece) if isinstance(piece, str) else piece for piece in pieces]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }


def words(text: str, **style: bool) -> Piece:
    return {"type": "text", "text": text} | ({"style": style} if style else {})


def bold(text: str) -> Piece:
    return words(text, bold=True)


def code(text: str) -> Piece:
    return words(text, code=True)


def emoji(name: str) -> Piece:
    return {"type": "emoji", "name": name}


def person(person: Person) -> Piece:
    """Rings them in Slack if they are there, and is their name if not."""
    if person.slack_id:
        return {"type": "user", "user_id": person.slack_id}
    return words(name_of(person))


def moment(at: datetime) -> Piece:
    """Shown to each reader in their own time zone."""
    return {"type": "date", "timestamp": int(at.timestamp()), "format": DATE, "fallback": utc(at)}
