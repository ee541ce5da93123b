"""What each error looks like, for the OpenAPI document; the tests hold errors against it."""

from typing import Literal

from pydantic import Field

from api.openapi.schemas import Ticket
from api.openapi.shape import EXAMPLE_ID, Answer


class ErrorDetail(Answer):
    code: str
    message: str = Field(description="A sentence a person can act on.")
    # Absent rather than null, hence no default.
    field: str = Field(default_factory=str, description="What in the request is wrong.")
    fields: list[str] = Field(
        default_factory=list,
        description="Of PRECONDITION_FAILED: what the change and others since say otherwise. If "
        "there is nothing, a repeat overwrites nobody.",
    )


class Error(Answer):
    error: ErrorDetail


class DuplicateCode(Answer):
    code: Literal["DUPLICATE_REQUEST"]


class Duplicate(Answer):
    """The key was used before, with the same body."""

    error: DuplicateCode
    ticket_id: str = Field(pattern="^[0-9a-f]{24}$", examples=[EXAMPLE_ID])


class Conflict(Answer):
    """The version that was named is not the ticket's any more; here is the ticket as it is."""

    error: Literal["Conflict - Ticket already updated (409)"]
    code: Literal["VERSION_CONFLICT"]
    fields: list[str] = Field(
        description="What the change and others since say otherwise. If there is nothing, a repeat "
        "with this version overwrites nobody.",
        examples=[["title"]],
    )
    ticket: Ticket
