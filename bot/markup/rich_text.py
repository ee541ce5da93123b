"""Rich text: what people typed is shown as they typed it, since no sign in it means anything.

In mrkdwn a `*` cannot be said that is only a `*`.
"""

import re
from datetime import datetime
from typing import Any

from bot.markup.mrkdwn import DATE, EMOJI, name_of, utc
from core.people.accounts import Person

Piece = dict[str, Any]
Block = dict[str, Any]

# With the colour of a skin, if one was chosen.
_EMOJI = re.compile(rf"{EMOJI}(?::skin-tone-([2-6]):)?")


def rich_text(*pieces: Piece | str) -> Block:
    """One paragraph; what is given as a string is shown as it is, with its emoji, and is not
    empty."""
    elements: list[Piece] = []
    for piece in pieces:
        elements += _said(piece) if isinstance(piece, str) else [piece]
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }


def _said(text: str) -> list[Piece]:
    """Names of emoji are shown as in all other messages."""
    pieces, end = [], 0
    for named in _EMOJI.finditer(text):
        if named.start() > end:
            pieces.append(words(text[end : named.start()]))
        tone = {"skin_tone": int(named[2])} if named[2] else {}
        pieces.append(emoji(named[1]) | tone)
        end = named.end()
    return pieces + ([words(text[end:])] if end < len(text) else [])


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


def link(address: str, text: str) -> Piece:
    return {"type": "link", "url": address, "text": text}
