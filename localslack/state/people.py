"""The people of the workspace: two who ask, one on call, one admin; and the app's bot."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    real_name: str
    tz: str = "Europe/Berlin"
    tz_offset: int = 3600
    is_admin: bool = False
    is_bot: bool = False
    title: str = "Requester"
    display_name: str = ""
    """What they chose to be called, where it is not their real name."""

    @property
    def email(self) -> str:
        return f"{self.name}@example.com"


ADA = Person("U0ADA", "ada", "Ada Lindqvist")
BEN = Person("U0BEN", "ben", "Ben Okafor", tz="America/New_York", tz_offset=-18000)
OLGA = Person("U0OLGA", "olga", "Olga Marin", title="On call")
AMIR = Person("U0AMIR", "amir", "Amir Haddad", is_admin=True, title="Admin")
HUMANS = (ADA, BEN, OLGA, AMIR)
GROUPS = {"oncall": "S0ONCALL"}
"""User groups, by the name that people mention them by."""
BOT_USER = "U0BOT"
SLACKBOT = "USLACKBOT"
"""Slack itself, where it says or does something."""


def bot_named(name: str) -> Person:
    return Person(BOT_USER, name.lower().replace(" ", ""), name, is_bot=True, title="App")
