"""What a report looks like, for the OpenAPI document."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from api.openapi.schemas import Person
from api.openapi.shape import Answer, time_field


class Target(Answer):
    """How one target was kept. Times are those that count: neither outside business hours nor
    while a ticket waits."""

    met: int = Field(examples=[36])
    missed: int = Field(examples=[4])
    undecided: int = Field(description="Can still become either.", examples=[2])
    met_share: float | None = Field(description="Of met and missed.", examples=[0.9])
    median_milliseconds: int | None = Field(
        description="Of those that were done, in time or late.", examples=[720_000]
    )
    p90_milliseconds: int | None = Field(
        description="Nine in ten took no longer.", examples=[3_600_000]
    )


class Figures(Answer):
    tickets: int = Field(examples=[42])
    first_response: Target
    resolution: Target
    waiting_share: float | None = Field(
        description="Of the open time until they were done, or until now, what they waited.",
        examples=[0.12],
    )
    helpful: int = Field(description="Of how many their requesters said so in Slack.", examples=[7])
    not_helpful: int = Field(description="Likewise that it was not.", examples=[1])


class FiguresOfAssignee(Figures):
    assignee: Person | None = Field(description="Null: those that nobody has.")


class FiguresByPriority(Answer):
    high: Figures
    medium: Figures
    low: Figures


Hours = Annotated[list[int], Field(min_length=24, max_length=24, examples=[[0] * 24])]


class Load(Answer):
    """Tickets that were filed in each hour of each day, by the clock of `time_zone`."""

    mon: Hours
    tue: Hours
    wed: Hours
    thu: Hours
    fri: Hours
    sat: Hours
    sun: Hours


class SlaReport(Answer):
    """What came of the tickets that were filed from `from` up to `to`."""

    since: AwareDatetime = time_field(alias="from")
    until: AwareDatetime = time_field(alias="to")
    at: AwareDatetime = time_field(description="The moment that this is reckoned for.")
    time_zone: str = Field(examples=["Europe/Berlin"])
    complete: bool = Field(description="False if there were too many tickets.", examples=[True])
    note: str | None = Field(description="Which tickets were looked at then.", examples=[None])
    all: Figures
    by_priority: FiguresByPriority
    by_assignee: list[FiguresOfAssignee] = Field(description="Who has the most comes first.")
    load: Load
