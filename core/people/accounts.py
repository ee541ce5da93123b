"""Who people are: one account may have an e-mail address and password, a Slack user, or both."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from core.blank_text import BLANK, CONTROL, DIRECTION, NOTHING, says_something, turns

# What somebody is called who was erased.
ERASED = "Erased person"


class Role(StrEnum):
    USER = "user"
    AGENT = "agent"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class Via(StrEnum):
    """Where a change came from, as the timeline keeps it."""

    SLACK = "slack"
    REST = "rest"
    # By itself, as somebody had said.
    DESK = "desk"


class Hears(StrEnum):
    """What of their tickets somebody in Slack hears of."""

    ALL = "all"
    NEEDED = "needed"
    NOTHING = "nothing"


# Of what may be told, what they hear.
HEARS: Mapping[Hears, Collection[str]] = {
    Hears.ALL: frozenset({"all", "needed"}),
    Hears.NEEDED: frozenset({"needed"}),
    Hears.NOTHING: frozenset(),
}


class Person(NamedTuple):
    """Somebody as a ticket remembers them: by the name they had then."""

    id: str
    name: str
    slack_id: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    name: str
    role: Role
    email: str | None = None
    slack_id: str | None = None
    password_hash: str | None = None
    # Whether it is known to be as long as those of staff must be.
    password_is_long: bool = False
    # A program that acts by itself: what it says to a requester is no answer.
    bot: bool = False
    # What they are known by to whoever types it in Slack, and whether their name is what they are
    # called there: until that was asked, it is what a command said of them, or their id.
    handle: str | None = None
    is_named: bool = False
    # Nobody gets in by it any more.
    disabled: bool = False
    # How often all of its sign-ins were ended: a token of an earlier count is none any more.
    sign_in_epoch: int = 0

    @property
    def person(self) -> Person:
        return Person(self.id, self.name, self.slack_id)

    def today(self, staff: Mapping[str, Role]) -> "Account":
        """With the role that it has, which the settings may raise: `staff`, by Slack user."""
        given = staff.get(self.slack_id or "", Role.USER)
        return replace(self, role=given) if given.rank > self.role.rank else self

    def acting(self, via: Via, token: str | None = None) -> "Actor":
        return Actor(self.id, self.name, self.role, via, self.slack_id, self.bot, token=token)


class Actor(NamedTuple):
    """An account doing something now, with today's role."""

    id: str
    name: str
    role: Role
    via: Via
    slack_id: str | None = None
    bot: bool = False
    # The thread in Slack that they say it in, by its channel and parent.
    thread: tuple[str, str] | None = None
    # The name of the token that a program came with.
    token: str | None = None
    # When they said it, where that was heard of later.
    said_at: datetime | None = None

    @property
    def person(self) -> Person:
        return Person(self.id, self.name, self.slack_id)


EMAIL = rf"^[^@{CONTROL}{BLANK}]+@[^@{CONTROL}{BLANK}]+$"


def _email(text: str) -> str:
    if not re.fullmatch(EMAIL, text):
        raise ValueError("must be an address such as ada@example.com")
    return text


def one_line(text: str) -> str:
    """Refuses what would break a line or hide: text that shows nothing, control characters."""
    not_blank(text)
    if re.search(f"[{CONTROL}]", text):
        raise ValueError("must be a single line of text")
    return text


def not_blank(text: str) -> str:
    if not says_something(text):
        raise ValueError("may not be blank")
    return text


def _in_one_direction(text: str) -> str:
    """A name stands amid other words, which it could turn round."""
    if turns(text):
        raise ValueError("may not have signs that turn the direction of text")
    return text


def without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("may not contain a NUL character")
    return text


# What the functions above accept, said in JSON Schema: a program can know beforehand.
IS_EMAIL = Field(json_schema_extra={"pattern": EMAIL})
IS_ONE_LINE = Field(json_schema_extra={"pattern": f"^[^{CONTROL}]*[^{NOTHING}][^{CONTROL}]*$"})
IS_WITHOUT_NUL = Field(json_schema_extra={"pattern": r"^[^\x00]*$"})
IS_NOT_BLANK = Field(json_schema_extra={"pattern": rf"^[^\x00]*[^{NOTHING}][^\x00]*$"})
_IS_NAME = Field(
    json_schema_extra={"pattern": f"^[^{CONTROL}{DIRECTION}]*[^{NOTHING}][^{CONTROL}{DIRECTION}]*$"}
)

Name = Annotated[
    str,
    Field(min_length=1, max_length=100),
    AfterValidator(one_line),
    AfterValidator(_in_one_direction),
    _IS_NAME,
]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email), IS_EMAIL]
# The longest is counted in characters; argon2 takes all of it.
Password = Annotated[
    str, Field(min_length=1, max_length=128), AfterValidator(without_nul), IS_WITHOUT_NUL
]


class Credentials(BaseModel):
    """What somebody signs in with."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    email: Email = Field(examples=["testuser@example.com"])
    password: Password = Field(examples=["123456"])


def _longer_passwords(schema: dict[str, Any]) -> None:
    """Of staff; what all are held to is a setting (core/desk/people/people.py)."""
    schema["if"] = {"properties": {"role": {"enum": ["agent", "admin"]}}, "required": ["role"]}
    schema["then"] = {"properties": {"password": {"minLength": 12}}}


class NewPassword(BaseModel):
    """Somebody's password, and the one that is to be theirs."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    current: Password = Field(examples=["the-one-until-now"])
    new: Password = Field(
        examples=["the-one-from-now-on"],
        description="Of an agent or admin, 12 characters at least.",
    )


def _some_of_them(schema: dict[str, Any]) -> None:
    """A field that is absent stays as it is, so none has a default."""
    for field in schema["properties"].values():
        field.pop("default", None)
    schema["minProperties"] = 1


class AccountChange(BaseModel):
    """What an admin changes about somebody; a field that is not named stays."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, json_schema_extra=_some_of_them
    )

    role: Role = Field(Role.USER, examples=["agent"])
    name: Name = Field("", examples=["Ada Lovelace"])
    disabled: bool = Field(False, examples=[True])

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("must name at least one field to change")
        return self


class Registration(Credentials):
    """What a new account needs."""

    model_config = ConfigDict(json_schema_extra=_longer_passwords)

    name: Name = Field(examples=["Hackathon User"])
    role: Role = Field(Role.USER, examples=["user"])
