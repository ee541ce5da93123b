"""Everything that can go wrong in a way the person asking can act on.

Raised where it is found out, in plain words; turned into Slack by bot/slack/error_answers.py
and into HTTP by api/errors.py. Anything else that escapes is a bug, and logged as one.
"""

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import ValidationError

from core.validation import complaint

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


MOST_COMPLAINTS = 10


class DeskError(Exception):
    """That could not be done."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join((inspect.getdoc(type(self)) or "").split()))


class InvalidInput(DeskError):
    """Some answers need another look."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        """The first of them are said: a request can have more wrong with it than fits an answer."""
        super().__init__(" ".join([*fields.values()][:MOST_COMPLAINTS]))
        self.fields = dict(fields)

    @classmethod
    def of(cls, error: ValidationError) -> "InvalidInput":
        """The same complaints in our words, the first one for each field."""
        fields: dict[str, str] = {}
        for found in error.errors(include_url=False, include_input=False):
            field = str(found["loc"][0]) if found["loc"] else "body"
            fields.setdefault(field, _sentence(field, found))
        return cls(fields)


class SignInNeeded(DeskError):
    """Sign in first."""


class InvalidToken(DeskError):
    """This token is not valid, or no longer. Sign in again for a new one."""


class WrongCredentials(DeskError):
    """The e-mail address or the password is wrong."""


class NotAllowed(DeskError):
    """You may not do that."""


class TicketNotFound(DeskError):
    """There is no such ticket, or it is not yours to see."""


class AccountNotFound(DeskError):
    """There is no such account."""


class TokenNotFound(DeskError):
    """There is no such token, or it is not yours."""


class CodeNotFound(DeskError):
    """This code is not good, or not any more: type `/ticket link` in Slack for a new one."""


class WrongState(DeskError):
    """The ticket is not in a state that allows this."""


class TakenAlready(WrongState):
    """Somebody else has the ticket already."""


class Stale(DeskError):
    """The ticket is not the one that was meant any more. Fetch it again, then retry."""

    # What the change and others since say otherwise.
    fields: Sequence[str] = ()


class EmailTaken(DeskError):
    """There is an account with this e-mail address already. Sign in instead."""


class MadeAlready(DeskError):
    """A ticket was made from that message already."""


class KeyReused(DeskError):
    """This key was used before with another body. Use a new key for a new request."""


class TicketFull(DeskError):
    """This ticket can take no more. Please open a new one and mention this one in it."""


class Unavailable(DeskError):
    """The database does not answer at the moment. Nothing is half done; try again shortly."""


class TooMany(DeskError):
    """That was too much in too short a time. Try again later."""

    def __init__(self, message: str | None = None, *, wait: int = 1) -> None:
        """`wait`: seconds until it is worth a try."""
        super().__init__(message)
        self.wait = wait


class Busy(DeskError):
    """Too many people are signing in at the moment. Try again shortly."""


def called(field: str) -> str:
    """A field in a sentence."""
    return _CALLED.get(field, f"the {field.replace('_', ' ')}")


_CALLED = {
    "email": "the e-mail address",
    "disabled": "“disabled”",
    "waiting_for": "whom it waits for",
    "waiting_until": "the time until which it waits",
    "from": "“from”",
    "to": "“to”",
    "until": "“until”",
    "updated_since": "“updated_since”",
    "q": "“q”",
}


def _sentence(field: str, found: "ErrorDetails") -> str:
    match found["type"]:
        case "extra_forbidden":
            return f"“{field}” is not a field of this request."
        case "json_invalid" | "json_type":
            return "The body must be a JSON object."
        case _:
            name = called(field)
            return f"{name[0].upper()}{name[1:]} {complaint(found)}."
