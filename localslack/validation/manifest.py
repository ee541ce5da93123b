"""An app's manifest judged: what Slack would refuse when the app is made of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# What Slack asks for before it sends the event.
NEEDED = {
    "app_mention": ["app_mentions:read"],
    "message.channels": ["channels:history"],
    "message.groups": ["groups:history"],
    "message.im": ["im:history"],
    "message.mpim": ["mpim:history"],
    "reaction_added": ["reactions:read"],
    "reaction_removed": ["reactions:read"],
    "file_shared": ["files:read"],
    "channel_archive": ["channels:read"],
    "channel_left": ["channels:read"],
    "channel_unarchive": ["channels:read"],
    "group_archive": ["groups:read"],
    "group_left": ["groups:read"],
    "group_unarchive": ["groups:read"],
    "member_joined_channel": ["channels:read", "groups:read"],
    "member_left_channel": ["channels:read", "groups:read"],
    "team_join": ["users:read"],
    "user_change": ["users:read"],
}
Part = Mapping[str, Any]


def manifest_objections(manifest: Part) -> list[str]:
    return [
        *_shown(_part(manifest, "display_information"), _part(manifest, "features", "bot_user")),
        *_commands(_list(manifest, "features", "slash_commands"), _by_socket(manifest)),
        *_shortcuts(_list(manifest, "features", "shortcuts")),
        *_rights(manifest),
        *_addresses(manifest),
    ]


def _shown(shown: Part, bot: Part) -> Iterator[str]:
    yield from _text(shown, "name", 35, "display_information", needed=True)
    yield from _text(shown, "description", 140, "display_information")
    yield from _text(shown, "long_description", 4000, "display_information", least=175)
    yield from _text(bot, "display_name", 80, "bot_user", needed=bool(bot))
    color = shown.get("background_color")
    if color is not None and not re.fullmatch(r"#([0-9a-fA-F]{3}){1,2}", str(color)):
        yield f"background_color is a color like #1d3557, not {color!r}"


def _commands(commands: Sequence[Part], by_socket: bool) -> Iterator[str]:
    yield from _many(commands, 50, "slash commands")
    yield from _repeated("slash command", [str(each.get("command")) for each in commands])
    for command in commands:
        name = str(command.get("command", ""))
        if not re.fullmatch(r"/[^\s/]{1,31}", name):
            yield f"a command is a slash and up to 31 characters without spaces, not {name!r}"
        yield from _text(command, "description", 2000, f"command {name}", needed=True)
        yield from _text(command, "usage_hint", 1000, f"command {name}")
        if not by_socket and not command.get("url"):
            yield f"command {name} needs a url, as the app has no Socket Mode"


def _shortcuts(shortcuts: Sequence[Part]) -> Iterator[str]:
    yield from _many(shortcuts, 10, "shortcuts")
    yield from _repeated("shortcut", [str(each.get("callback_id")) for each in shortcuts])
    for shortcut in shortcuts:
        name = f"shortcut {shortcut.get('callback_id') or shortcut.get('name')}"
        yield from _text(shortcut, "callback_id", 255, name, needed=True)
        yield from _text(shortcut, "name", 24, name, needed=True)
        yield from _text(shortcut, "description", 150, name, needed=True)
        if shortcut.get("type") not in ("global", "message"):
            yield f"{name} is of type global or message, not {shortcut.get('type')!r}"


def _rights(manifest: Part) -> Iterator[str]:
    scopes = _list(manifest, "oauth_config", "scopes", "bot")
    optional = _list(manifest, "oauth_config", "scopes", "bot_optional")
    events = _list(manifest, "settings", "event_subscriptions", "bot_events")
    yield from _many(scopes, 255, "scopes")
    yield from _many(events, 100, "events")
    yield from _repeated("scope", scopes)
    yield from _repeated("event", events)
    for scope in (each for each in optional if each not in scopes):
        yield f"the optional scope {scope} must be among the bot's scopes too"
    pressed = [*_list(manifest, "features", "slash_commands")]
    pressed += _list(manifest, "features", "shortcuts")
    if pressed and "commands" not in scopes:
        yield "slash commands and shortcuts need the scope commands"
    for event in events:
        needed = NEEDED.get(event, [])
        if needed and not set(needed) & set(scopes):
            yield f"the event {event} needs the scope {' or '.join(needed)}"


def _addresses(manifest: Part) -> Iterator[str]:
    interactivity = _part(manifest, "settings", "interactivity")
    subscriptions = _part(manifest, "settings", "event_subscriptions")
    interactive = interactivity.get("is_enabled") is True
    if _list(manifest, "features", "shortcuts") and not interactive:
        yield "shortcuts need interactivity"
    if _by_socket(manifest):
        return
    if interactive and not interactivity.get("request_url"):
        yield "interactivity needs a request_url, as the app has no Socket Mode"
    if subscriptions.get("bot_events") and not subscriptions.get("request_url"):
        yield "event_subscriptions need a request_url, as the app has no Socket Mode"


def _by_socket(manifest: Part) -> bool:
    return _part(manifest, "settings").get("socket_mode_enabled") is True


def _text(
    part: Part, name: str, most: int, where: str, *, least: int = 1, needed: bool = False
) -> Iterator[str]:
    value = part.get(name)
    if value is None:
        if needed:
            yield f"{where} needs {name}"
    elif not isinstance(value, str) or not least <= len(value) <= most:
        yield f"{name} of {where} has from {least} to {most} characters"


def _many(things: Sequence[Any], most: int, name: str) -> Iterator[str]:
    if len(things) > most:
        yield f"at most {most} {name}, not {len(things)}"


def _repeated(kind: str, names: Sequence[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"the {kind} {name} is there {times} times"


def _part(manifest: Part, *path: str) -> Part:
    for name in path:
        manifest = manifest.get(name) or {}
    return manifest


def _list(manifest: Part, *path: str) -> list[Any]:
    return list(_part(manifest, *path[:-1]).get(path[-1]) or [])
