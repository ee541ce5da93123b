"""What the models of answers have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

EXAMPLE_ID = "68e164c48d99b0708b2c6453"
_TIME = "2025-10-05T00:17:40.078Z"


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


def id_field() -> Any:
    return Field(alias="_id", pattern="^[0-9a-f]{24}$", examples=[EXAMPLE_ID])


def time_field(**more: Any) -> Any:
    return Field(examples=[_TIME], **more)
