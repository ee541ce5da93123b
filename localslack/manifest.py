"""What the app says it is: the parts of manifest.yml that a workspace has to obey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from localslack.validation.manifest import manifest_objections


@dataclass(frozen=True)
class SlashCommand:
    name: str
    should_escape: bool = False
    usage_hint: str = ""
    description: str = ""


@dataclass(frozen=True)
class Shortcut:
    callback_id: str
    type: Literal["global", "message"]
    name: str = ""
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    commands: Mapping[str, SlashCommand] = field(default_factory=dict)
    shortcuts: Mapping[str, Shortcut] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    socket_mode: bool = False
    name: str = "App"
    """As people see the app."""
    description: str = ""
    home_tab: bool = False
    messages_tab: bool = False
    messages_read_only: bool = False
    """People cannot write to the app; it can write to them."""
    source: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def objections(self) -> list[str]:
        """What Slack would say against the manifest, a sentence each."""
        return manifest_objections(self.source)

    @classmethod
    def read(cls, path: Path) -> Manifest:
        return cls.parse(yaml.safe_load(path.read_text(encoding="utf-8")) or {})

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> Manifest:
        features = given.get("features") or {}
        scopes = (given.get("oauth_config") or {}).get("scopes") or {}
        settings = given.get("settings") or {}
        events = settings.get("event_subscriptions") or {}
        commands = [
            SlashCommand(
                name=each.get("command", ""),
                should_escape=bool(each.get("should_escape", False)),
                usage_hint=each.get("usage_hint", ""),
                description=each.get("description", ""),
            )
            for each in features.get("slash_commands") or []
        ]
        shortcuts = [
            Shortcut(
                each.get("callback_id", ""),
                each.get("type", "global"),
                name=each.get("name", ""),
                description=each.get("description", ""),
            )
            for each in features.get("shortcuts") or []
        ]
        shown = given.get("display_information") or {}
        tabs = features.get("app_home") or {}
        return cls(
            commands={command.name: command for command in commands},
            shortcuts={shortcut.callback_id: shortcut for shortcut in shortcuts},
            scopes=frozenset([*(scopes.get("bot") or []), *(scopes.get("bot_optional") or [])]),
            events=frozenset(events.get("bot_events") or []),
            socket_mode=settings.get("socket_mode_enabled") is True,
            name=(features.get("bot_user") or {}).get("display_name") or shown.get("name", "App"),
            description=shown.get("description", ""),
            home_tab=tabs.get("home_tab_enabled") is True,
            messages_tab=tabs.get("messages_tab_enabled") is True,
            messages_read_only=tabs.get("messages_tab_read_only_enabled") is True,
            source=given,
        )
