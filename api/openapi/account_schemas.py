"""What answers about accounts and their tokens look like; see schemas.py."""

from pydantic import AwareDatetime, Field

from api.openapi.shape import Answer, id_field, time_field
from core.people.accounts import Role
from core.people.api_tokens import Scope


class RegisteredAccount(Answer):
    id: str = id_field()
    name: str = Field(examples=["Hackathon User"])
    email: str = Field(examples=["testuser@example.com"])


class Registered(Answer):
    message: str = Field(examples=["User registered successfully"])
    user: RegisteredAccount


class Token(Answer):
    token: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6..."])


class Account(Answer):
    id: str = id_field()
    name: str = Field(examples=["Hackathon User"])
    email: str | None = Field(examples=["testuser@example.com"])
    role: Role = Field(examples=["user"])


class LinkedAccount(Account):
    slack_id: str = Field(examples=["U012AB3CD"])


class ApiToken(Answer):
    """A program's token, without its secret."""

    id: str = id_field()
    name: str = Field(examples=["nightly export"])
    scope: Scope = Field(examples=["read"])
    created_at: AwareDatetime = time_field()
    expires_at: AwareDatetime | None = Field(description="Null: never.", examples=[None])
    last_used_at: AwareDatetime | None = Field(description="By the minute.", examples=[None])


class ApiTokenMade(ApiToken):
    token: str = Field(
        description="Shown this once: the desk keeps only its hash.",
        examples=["hdk_68e164c48d99b0708b2c6453_..."],
    )


class ApiTokenList(Answer):
    """The oldest first."""

    items: list[ApiToken]


class User(Account):
    """An account, as admins see it."""

    slack_id: str | None = Field(examples=["U012AB3CD"])
    bot: bool = Field(description="A program that acts by itself.", examples=[False])
    disabled: bool = Field(description="Nobody gets in by it.", examples=[False])


class UserList(Answer):
    """The oldest first."""

    items: list[User]
    next_cursor: str | None = Field(
        description="The next page; null exactly at the end.", examples=[None]
    )
