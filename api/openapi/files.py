"""What files look like that went with what was said in Slack."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class File(BaseModel):
    """Its content stays in Slack."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(examples=["burning.png"])
    type: str = Field(description="Empty if Slack says none.", examples=["image/png"])
    size: int | None = Field(description="In bytes.", examples=[1024])
    permalink: str = Field(
        description="Its address in Slack; empty if there is none.",
        examples=["https://acme.slack.com/files/U0ADA/F0BURNING/burning.png"],
    )


# Absent rather than empty.
FILES: Any = Field(
    default_factory=list, description="What went with the message in Slack; only if there is any."
)
