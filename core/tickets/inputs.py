"""What people may say of a ticket, from wherever they say it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from core.errors import InvalidInput
from core.people.accounts import (
    IS_NOT_BLANK,
    IS_ONE_LINE,
    IS_WITHOUT_NUL,
    not_blank,
    one_line,
    without_nul,
)
from core.sla.history import REQUESTER
from core.tickets.status import Priority, Status

Model = TypeVar("Model", bound=BaseModel)

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 10_000
MESSAGE_LENGTH = 4_000
# A message of Slack's has 40,000 at most, and a line for each file that goes with it.
SLACK_LENGTH = 50_000
WAITING_FOR_LENGTH = 100


Title = Annotated[
    str, Field(min_length=1, max_length=TITLE_LENGTH), AfterValidator(one_line), IS_ONE_LINE
]
Description = Annotated[
    str, Field(max_length=DESCRIPTION_LENGTH), AfterValidator(without_nul), IS_WITHOUT_NUL
]
Message = Annotated[
    str,
    Field(min_length=1, max_length=MESSAGE_LENGTH),
    AfterValidator(without_nul),
    AfterValidator(not_blank),
    IS_NOT_BLANK,
]
WaitingFor = Annotated[
    str, Field(min_length=1, max_length=WAITING_FOR_LENGTH), AfterValidator(one_line), IS_ONE_LINE
]


def _in_utc(at: datetime) -> datetime:
    """Cut to milliseconds, as all times are."""
    try:
        at = at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("must be within the years that there are") from error
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
# As the picker of Slack's forms has it, so that what nobody changed there is no change.
Second = Annotated[Moment, AfterValidator(lambda time: time.replace(microsecond=0))]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class NewTicket(_Input):
    """What somebody says when they file a ticket."""

    title: Title = Field(examples=["Server down"])
    description: Description = Field("", examples=["Staging server not responding"])
    priority: Priority = Field(Priority.MEDIUM, examples=["high"])


class NewComment(_Input):
    message: Message = Field(examples=["We are working on this issue."])
    internal: bool = Field(
        False, description="A note among agents, which the requester never sees.", examples=[False]
    )


class SlackWords(NewComment):
    """What somebody said in a message in Slack."""

    message: Annotated[
        str,
        Field(min_length=1, max_length=SLACK_LENGTH),
        AfterValidator(without_nul),
        AfterValidator(not_blank),
    ]


class Changes(_Input):
    """Some fields of a ticket and what they shall be; a field that is not named stays."""

    status: Status = Field(Status.OPEN, examples=["in_progress"])
    priority: Priority = Priority.MEDIUM
    assignee: str | None = Field(
        None,
        max_length=254,
        description="An agent's or admin's account id or e-mail address; null for nobody.",
    )
    title: Title = ""
    description: Description = ""
    waiting_for: WaitingFor = Field(
        REQUESTER,
        description="Whom a waiting ticket waits for: `requester`, whose comment ends that by "
        "itself, or somebody else by name.",
        examples=[REQUESTER],
    )
    waiting_until: Second | None = Field(
        None,
        description="When a waiting ticket goes on by itself, at most a year away, in ISO 8601 "
        "with Z or an offset, kept to the second; null for as long as it takes.",
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.named:
            raise ValueError("must name at least one field to change")
        return self

    @property
    def named(self) -> frozenset[str]:
        return frozenset(self.model_fields_set) & CHANGEABLE


CHANGEABLE = frozenset(Changes.model_fields)


def parse(model: type[Model], said: Mapping[str, object]) -> Model:
    """What somebody said in words rather than JSON. Raises InvalidInput, by field."""
    try:
        return model.model_validate(said, strict=False)
    except ValidationError as error:
        raise InvalidInput.of(error) from error
