"""Whom else to tell of a late ticket that nobody acknowledges: steps, from a file of settings."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from core.clock import in_whole_milliseconds
from core.validation import complaint


class BadEscalations(ValueError):
    """Says what in the file is wrong."""


@dataclass(frozen=True)
class Told:
    """People and user groups in Slack whom an alert tells."""

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @classmethod
    def of(cls, ids: Iterable[str]) -> "Told":
        ids = tuple(ids)
        people = tuple(id for id in ids if id[0] in "UW")
        return Told(people, tuple(id for id in ids if id[0] == "S"))

    def __len__(self) -> int:
        return len(self.people) + len(self.groups)

    def __add__(self, others: "Told") -> "Told":
        """Each once."""
        people = dict.fromkeys(self.people + others.people)
        return Told(tuple(people), tuple(dict.fromkeys(self.groups + others.groups)))


NOBODY = Told()


@dataclass(frozen=True)
class Step:
    """After so long, these are told, in this channel or the usual one."""

    after: timedelta
    told: Told = NOBODY
    channel: str | None = None


@dataclass(frozen=True)
class Escalations:
    steps: tuple[Step, ...] = ()
    # How often the steps are gone through again after the first time.
    repeat: int = 0

    def step(self, number: int) -> Step | None:
        """The first has number 1, and numbers go on where the steps repeat."""
        if not self.steps or number > len(self.steps) * (1 + self.repeat):
            return None
        return self.steps[(number - 1) % len(self.steps)]

    @property
    def channels(self) -> frozenset[str]:
        return frozenset(step.channel for step in self.steps if step.channel)


def _known(word: str) -> str:
    if not re.fullmatch(r"[UWSCG][A-Z0-9]{2,20}", word):
        raise ValueError(
            "must be the id of a person (U…), a user group (S…) or a channel (C…) in Slack"
        )
    return word


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _Step(_Input):
    after_minutes: float = Field(gt=0, le=7 * 24 * 60, allow_inf_nan=False)
    tell: list[Annotated[str, AfterValidator(_known)]] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _one_channel(self) -> Self:
        if len([word for word in self.tell if word[0] in "CG"]) > 1:
            raise ValueError("may tell one channel only; another channel is another step")
        return self

    @property
    def step(self) -> Step:
        return Step(
            after=in_whole_milliseconds(timedelta(minutes=self.after_minutes)),
            told=Told.of(self.tell),
            channel=next((word for word in self.tell if word[0] in "CG"), None),
        )


class _File(_Input):
    steps: list[_Step] = Field(min_length=1, max_length=20)
    repeat: int = Field(default=0, ge=0, le=20)


def read_escalations(path: Path) -> Escalations:
    """Raises BadEscalations."""
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text()))
    except OSError as error:
        raise BadEscalations(f"names a file that cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise BadEscalations("names a file that is not YAML") from None
    except ValidationError as error:
        first, *others = error.errors(include_url=False, include_input=False)
        # A key that is misspelt is both missing and unknown.
        same = [found for found in others if found["loc"][:-1] == first["loc"][:-1]]
        wrong = ", and ".join(dict.fromkeys(map(_wrong, [first, *same])))
        raise BadEscalations(f"names a file in which {wrong}") from None
    return Escalations(tuple(step.step for step in file.steps), file.repeat)


def _wrong(found: ErrorDetails) -> str:
    """Such as "step 1 lacks tell"; people count from 1."""
    match found["loc"], found["type"]:
        case (("steps", int(index), str(key)), "missing"):
            return f"step {index + 1} lacks {key}"
        case (("steps", int(index), str(key)), "extra_forbidden"):
            return f"step {index + 1} has {key}, which is no part of a step"
        case (("steps", int(index)), "model_type"):
            return f"step {index + 1} is not made of after_minutes and tell"
        case (("steps", int(index)), _):
            where = f"step {index + 1}"
        case (("steps", int(index), str(key), *_), _):
            where = f"{key} of step {index + 1}"
        case ((str(key),), "extra_forbidden"):
            return f"{key} is neither steps nor repeat"
        case ((), _):
            return "there are no steps"
        case loc, _:
            where = str(loc[0])
    return f"{where} {complaint(found)}"
