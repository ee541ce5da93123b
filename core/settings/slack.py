"""What of Slack's an operator gives: tokens, a channel, people; taken as meant or refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

# Slack's own ids are of nine signs or more; those of the local Slack have a digit.
_PERSON = r"[UW](?:[A-Z0-9]{8,}|[A-Z]*[0-9][A-Z0-9]*)"
_GROUP = r"S(?:[A-Z0-9]{8,}|[A-Z]*[0-9][A-Z0-9]*)"
_CHANNEL = r"[CG][A-Z0-9]{2,}"
# Shorter ones, in small letters, are likelier somebody's name.
_IN_SMALL = r"[uwcg]0[0-9a-z]{7,}"


@dataclass(frozen=True)
class SlackPlace:
    """Where Slack is: the only thing that tells a real workspace from another Web API."""

    bot_token: str
    channel: str
    api_url: str
    signing_secret: str | None
    app_token: str | None


def _token(prefix: str, where: str) -> AfterValidator:
    def read(secret: SecretStr) -> SecretStr:
        token = re.sub(r"^bearer\s+", "", secret.get_secret_value(), flags=re.IGNORECASE)
        if not token.startswith(prefix):
            raise ValueError(f"must be the one that begins with {prefix}: {where}")
        if not re.fullmatch(r"[A-Za-z0-9-]+", token[len(prefix) :]):
            raise ValueError(f"has signs that no token has: copy it anew from {where}")
        return SecretStr(token)

    return AfterValidator(read)


def _signing_secret(secret: SecretStr) -> SecretStr:
    """Slack's have 32 hexadecimal digits, which it does not promise: only what is surely else."""
    text = secret.get_secret_value()
    others = (
        r"(?i)(bearer\s|xox|xapp-).*",
        r"\d+\.\d+",  # the Client ID
        r"(?=.*[G-Zg-z])[A-Za-z0-9]{24}",  # the Verification Token
    )
    if any(re.fullmatch(other, text) for other in others) or not re.fullmatch(r"[!-~]+", text):
        raise ValueError("must be the Signing Secret, and nothing else, from Basic Information")
    return secret


def channel_id(text: str) -> str:
    """Its id, from a link to it or a mention; another name may be one of the local Slack."""
    found = re.fullmatch(
        rf"(?:https://[\w.-]+/(?:archives|client/T[A-Z0-9]+)/|slack://channel\?.*\bid=|<#|#)?"
        rf"({_CHANNEL})(?:\|[^>]*)?>?(?:[/?&].*)?",
        text,
    )
    if found:
        return found[1]
    return text.upper() if re.fullmatch(_IN_SMALL, text) else text


def is_channel_id(text: str) -> bool:
    return re.fullmatch(_CHANNEL, text) is not None


def _people(text: object) -> object:
    if not isinstance(text, str):
        return text
    bare = re.sub(r"<@(\w+)(\|[^>]*)?>", r" \1 ", text).strip("[] ")
    words = [word.strip("\"'") for word in re.split(r"[\s,;]+", bare)]
    ids = [person_id(word) for word in words if word]
    if None in ids:
        raise ValueError(
            "must be Slack user ids such as U0123456789, comma separated, and number "
            f"{ids.index(None) + 1} is none: it is under Copy member ID in that person's profile"
        )
    return ids


def _on_call(text: object) -> object:
    if not isinstance(text, str):
        return text
    group = re.fullmatch(rf"(?:<!subteam\^|@)?({_GROUP})(?:\|[^>]*)?>?", text.strip("[]\"' "))
    if group:
        return [group[1]]
    try:
        return _people(text)
    except ValueError as error:
        raise ValueError(f"{error}; or the id of one user group, such as S0123456789") from None


def person_id(word: str) -> str | None:
    """Of somebody in Slack, as their id or a link to them; None for anything else."""
    found = re.fullmatch(rf"(?:https://[\w.-]+/team/|@)?({_PERSON})", word)
    if found:
        return found[1]
    return word.upper() if re.fullmatch(_IN_SMALL, word) and word[0] in "uw" else None


def disagreements(
    *, bot_token: bool, signing_secret: bool, app_token: bool, channel: str | None
) -> Iterator[str]:
    """What does not go together of what is given of Slack's, a sentence each."""
    if not bot_token:
        if signing_secret or app_token:
            yield "SLACK_BOT_TOKEN must be set with the other SLACK_ settings"
        return
    if not (signing_secret or app_token):
        yield (
            "SLACK_BOT_TOKEN alone does not connect: set SLACK_APP_TOKEN (Socket Mode) "
            "or SLACK_SIGNING_SECRET (HTTP) too"
        )
    if not is_channel_id(channel or ""):
        yield (
            "HELPDESK_ALERT_CHANNEL must be the id of the channel for tickets and alerts, such "
            "as C0123456789: it is at the end of View channel details"
        )


BotToken = Annotated[SecretStr, _token("xoxb-", "the Bot User OAuth Token of OAuth & Permissions")]
AppToken = Annotated[SecretStr, _token("xapp-", "the App-Level Token of Basic Information")]
SigningSecret = Annotated[SecretStr, AfterValidator(_signing_secret)]
Channel = Annotated[str, AfterValidator(channel_id)]
People = Annotated[list[str], NoDecode, BeforeValidator(_people)]
OnCall = Annotated[list[str], NoDecode, BeforeValidator(_on_call)]
