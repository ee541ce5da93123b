"""Tokens that programs use the desk with: made by their account, shown once, and revoked by it."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from core.people.accounts import Name

PREFIX = "hdk_"
# Bytes of chance: more than anybody can try.
_SECRET = 32
# The id is an ObjectId's; the secret is base64url, in which "_" may stand.
_TOKEN = re.compile(rf"{PREFIX}([0-9a-f]{{24}})_([A-Za-z0-9_-]{{43}})")
# What people put around a name, and keyboards make of each other.
QUOTES = "\"'“”„‘’«»`"
_WITHOUT_QUOTES = str.maketrans("", "", QUOTES)


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"


def _whole(value: object) -> object:
    """JSON knows one kind of number: 90.0 is 90."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Days = Annotated[int, Field(ge=1, le=366), BeforeValidator(_whole)]


class NewApiToken(BaseModel):
    """What somebody wants a token for."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Name = Field(examples=["nightly export"])
    scope: Scope = Field(examples=["read"])
    expires_in_days: Days | None = Field(None, examples=[90])


@dataclass(frozen=True, slots=True)
class ApiToken:
    id: str
    account_id: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    # By the minute.
    last_used_at: datetime | None
    # SHA-256 of the secret: it has 256 bits of chance, so that a slow hash would add nothing.
    digest: bytes


def is_alike(name: str, typed: str) -> bool:
    """But for quotes, and for how many blanks there are: neither is typed as it is read."""
    one, other = (said.translate(_WITHOUT_QUOTES).split() for said in (name, typed))
    return one == other


class Secret(NamedTuple):
    """A token as its program sends it, taken apart."""

    id: str
    secret: str

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.secret.encode()).digest()

    def __str__(self) -> str:
        return f"{PREFIX}{self.id}_{self.secret}"

    def opens(self, token: ApiToken) -> bool:
        """In the same time, whatever is wrong."""
        return hmac.compare_digest(self.digest, token.digest)


def new_secret(id: str) -> Secret:
    return Secret(id, secrets.token_urlsafe(_SECRET))


def read_secret(text: str) -> Secret | None:
    """None for what has not the form of one."""
    found = _TOKEN.fullmatch(text)
    return Secret(found[1], found[2]) if found else None
