"""What is alive in a text that somebody typed, as Slack spells it: in messages, in which a link or
an address is more than its letters, and in commands with should_escape.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from localslack.elements import emoji
from localslack.state.people import GROUPS
from localslack.state.workspace import Workspace

BROADCASTS = ("here", "channel", "everyone")
# A name without a scheme is a link where it ends as names of hosts do.
_HOST = r"(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|de|example)(?:/[^\s<>|]*[^\s<>|.,;:!?)'\"])?"
TOKEN = (
    r"(?P<link>https?://[^\s<>|]+[^\s<>|.,;:!?)'\"])"
    r"|(?<![\w.+@-])(?P<mail>[\w.+-]+@(?:[\w-]+\.)+[a-z]{2,})(?![\w@-])"
    r"|(?<![\w+])(?P<tel>\+[0-9][0-9 -]{6,18}[0-9])(?!\w)"
    rf"|(?<![\w@.+/-])(?P<host>{_HOST})(?![\w@-])"
    r"|(?<![\w@#])(?P<sign>[@#])(?P<name>\w[\w.-]*\w|\w)"
    r"|(?<!\w):(?P<emoji>[a-z0-9_+'-]+(?:::skin-tone-[2-6])?):(?!\w)"
    rf"|(?P<picture>{emoji.pattern()})"
)
_TOKENS = re.compile(TOKEN)


class Token(NamedTuple):
    in_message: str
    in_command: str
    """With the name as people see it, which an app need not look up then."""
    piece: dict[str, Any]
    """In rich text."""


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def token(found: re.Match[str], workspace: Workspace) -> Token | None:
    """None for a name that nobody and nothing has."""
    if link := found["link"]:
        return _same(f"<{escaped(link)}>", {"type": "link", "url": link})
    if mail := found["mail"]:
        return _link(f"mailto:{mail}", mail)
    if number := found["tel"]:
        return _link(f"tel:{re.sub('[ -]', '', number)}", number)
    if host := found["host"]:
        return _link(f"http://{host}", host)
    if name := found["emoji"] or (found["picture"] and emoji.name_of(found["picture"])):
        return _same(f":{name}:", {"type": "emoji", "name": name})
    name = found["name"].lower()
    if found["sign"] == "#":
        return _channel(name, workspace)
    if name in BROADCASTS:
        return _same(f"<!{name}>", {"type": "broadcast", "range": name})
    if group := GROUPS.get(name):
        return _same(f"<!subteam^{group}|@{name}>", {"type": "usergroup", "usergroup_id": group})
    person = next((one for one in workspace.people.values() if one.name.lower() == name), None)
    if person is None:
        return None
    piece = {"type": "user", "user_id": person.id}
    return Token(f"<@{person.id}>", f"<@{person.id}|{person.name}>", piece)


def in_command(text: str, workspace: Workspace) -> str:
    """As should_escape asks: what is alive as a token, and all else as letters."""
    said, end = "", 0
    for found in _TOKENS.finditer(text):
        if alive := token(found, workspace):
            said += escaped(text[end : found.start()]) + alive.in_command
            end = found.end()
    return said + escaped(text[end:])


def _channel(name: str, workspace: Workspace) -> Token | None:
    """What a private one is called is not said."""
    there = workspace.channel(f"#{name}")
    if there is None or there.is_direct:
        return None
    label = "" if there.is_private else name
    return _same(f"<#{there.id}|{label}>", {"type": "channel", "channel_id": there.id})


def _link(url: str, seen: str) -> Token:
    return _same(f"<{escaped(url)}|{escaped(seen)}>", {"type": "link", "url": url, "text": seen})


def _same(spelled: str, piece: dict[str, Any]) -> Token:
    return Token(spelled, spelled, piece)
