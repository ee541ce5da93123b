"""Where messages become tickets, and by which sign: taken as meant or refused."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from core import strict_json
from core.settings.slack import channel_id, is_channel_id

# What people copy for the emoji that we suggest.
_TICKET = "\N{TICKET}"
_EMOJI = r"[a-z0-9+-][a-z0-9_+'-]{0,99}"


class Mode(StrEnum):
    """What becomes of a message that is in no thread of a channel."""

    EVERY = "every"
    OFFER = "offer"
    MENTION = "mention"
    OFF = "off"


def _modes(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        given = strict_json.loads(text)
    except strict_json.GivenTwice:
        raise ValueError("must give each channel once") from None
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise ValueError('must be JSON such as {"C0123456789":"every"}')
    modes: dict[str, Mode] = {}
    for at, (name, mode) in enumerate(given.items(), start=1):
        channel = channel_id(name.strip())
        if not is_channel_id(channel):
            raise ValueError(
                "must name each channel by its id, such as C0123456789, which is at the end of "
                f"View channel details; number {at} is none"
            )
        if channel in modes:
            raise ValueError("must give each channel once")
        said = mode.strip().lower() if isinstance(mode, str) else ""
        if said not in {*Mode}:
            raise ValueError(
                f"must give each channel every, offer, mention or off; number {at} has another"
            )
        modes[channel] = Mode(said)
    return modes


def _emoji(text: object) -> object:
    """Its name, as Slack writes it between colons; empty for none."""
    if not isinstance(text, str) or not text:
        return text
    name = "ticket" if text.startswith(_TICKET) else text.removeprefix(":").removesuffix(":")
    if not re.fullmatch(_EMOJI, name.lower()):
        raise ValueError(
            "must be an emoji's name as Slack writes it between colons, such as ticket"
        )
    return name.lower()


Intake = Annotated[dict[str, Mode], NoDecode, BeforeValidator(_modes)]
Emoji = Annotated[str, BeforeValidator(_emoji)]
