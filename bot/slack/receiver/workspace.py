"""Whose desk this is: what comes from another workspace, from another app or from no person is
refused before anybody gets an account."""

import time
from collections.abc import Mapping
from typing import Any

from core.errors import DeskError

# Slack's own helper, which is in every workspace.
SLACKBOT = "USLACKBOT"


class NotOurs(DeskError):
    """This desk belongs to another Slack workspace and takes nothing from this one."""


class NoPerson(DeskError):
    """Only people use the desk in Slack. A program has an account of its own and uses REST."""


class Workspace:
    """What Slack told us of itself; what it has not told yet refuses nobody."""

    def __init__(self) -> None:
        self.team: str | None = None
        # Where the app is installed for all workspaces of an organization.
        self.enterprise: str | None = None
        self.bot: str | None = None
        # Where it is, such as https://acme.slack.com/.
        self.url: str | None = None
        self.app: str | None = None
        # Messages of ours in channels since Slack told us of any message there, and since when.
        self.unheard = 0
        self._unheard_since = 0.0

    @property
    def unheard_for(self) -> float:
        """Seconds."""
        return time.monotonic() - self._unheard_since

    def is_told(self, auth: Mapping[str, Any]) -> None:
        """`auth` is Slack's answer to auth.test."""
        self.team, self.bot = auth.get("team_id"), auth.get("user_id")
        self.url = auth.get("url")
        self.enterprise = auth.get("enterprise_id") if auth.get("is_enterprise_install") else None

    def has_posted(self, answer: Mapping[str, Any]) -> None:
        """`answer` is Slack's to a message of ours, which names the app that it is from."""
        message = answer.get("message")
        if isinstance(message, dict) and isinstance(app := message.get("app_id"), str):
            self.app = app
        # A direct message is nobody's to hear of.
        if not str(answer.get("channel")).startswith("D"):
            self._unheard_since = self._unheard_since if self.unheard else time.monotonic()
            self.unheard += 1

    def link(self, channel: str, ts: str) -> str:
        """The address of a message, as chat.getPermalink would say it; empty if that is not known.
        https://docs.slack.dev/reference/methods/chat.getPermalink"""
        return f"{self.url}archives/{channel}/p{ts.replace('.', '')}" if self.url else ""

    def check(self, body: Mapping[str, Any]) -> None:
        """Raises NotOurs or NoPerson. People of other workspaces are welcome in a channel that
        is shared with ours: it is where something is done that counts, not whose they are."""
        app, team = body.get("api_app_id"), _team(body)
        if body.get("event"):
            self.unheard = 0
        if self.app and app and app != self.app:
            raise NotOurs
        if self.team and team and team != self.team and not self._is_of_us_all(body):
            raise NotOurs
        user = body.get("user_id") or (body.get("user") or {}).get("id")
        if user is not None and user in (SLACKBOT, self.bot):
            raise NoPerson

    def _is_of_us_all(self, body: Mapping[str, Any]) -> bool:
        return self.enterprise is not None and self.enterprise == (
            body.get("enterprise_id") or (body.get("enterprise") or {}).get("id")
        )


def _team(body: Mapping[str, Any]) -> str | None:
    view: Mapping[str, Any] = body.get("view") or {}
    named = view.get("app_installed_team_id") or body.get("team_id")
    team: str | None = named or (body.get("team") or {}).get("id")
    return team
