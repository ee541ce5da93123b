"""The code that makes a Slack user and an account one: shown in Slack, sent over REST."""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# Without what is taken for something else when it is read, and without vowels, so that it is no
# word: 8 of these are as many as 38 bits of chance.
SIGNS = "BCDFGHJKMNPQRSTVWXZ23456789"
LENGTH = 8
GOOD_FOR = timedelta(minutes=10)
_CODE = f"^[{SIGNS}{SIGNS.lower()}]{{{LENGTH}}}$"


def _code(text: str) -> str:
    if not re.fullmatch(_CODE, text):
        raise ValueError(f"must be the {LENGTH} signs that `/ticket link` showed in Slack")
    return text.upper()


class LinkCode(BaseModel):
    """What somebody was shown in Slack."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    code: Annotated[str, AfterValidator(_code), Field(json_schema_extra={"pattern": _CODE})] = (
        Field(examples=["K7MPX3QR"])
    )

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.code.encode()).hexdigest()


def new_code() -> LinkCode:
    return LinkCode(code="".join(secrets.choice(SIGNS) for _ in range(LENGTH)))
