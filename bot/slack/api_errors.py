"""What Slack's answers mean for a message: taken, refused because of what, or nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import ClassVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

# A network that fails, or an answer that is not Slack's (slack_sdk stumbles over one that is not
# the JSON it claims to be).
UNREADABLE = (TimeoutError, aiohttp.ClientError, OSError, AttributeError)
# Seconds until something is tried again that a person has to put right first, or that Slack
# called too fast without a word about how long to wait.
UNTIL_REPAIRED = 10.0
# Seconds between two tries of a text that is refused, at most.
LONGEST_PAUSE = 600.0
# Seconds that a channel is left alone at most, whatever Retry-After says.
LONGEST = 3600.0


class About(Enum):
    """What a refusal is about, and so for which messages else it holds."""

    APP = "the app as a whole"
    PLACE = "the channel or person that it was for"
    # That it should edit or answer: there is no such message, or no longer.
    MESSAGE = "the message that it names"
    TEXT = "what it says"
    PACE = "how fast they come, or a network that is down"
    UNKNOWN = "a word that we do not know"


# Slack's words, as its documentation of chat.postMessage and chat.update has them:
# https://docs.slack.dev/reference/methods/chat.postMessage
WHOLE_APP = {
    "access_denied",
    "account_inactive",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "org_login_required",
    "team_access_not_granted",
    "team_not_found",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
}
_PLACE = {
    "cannot_dm_bot",
    "channel_is_archived",
    "channel_not_found",
    "external_channel_migrating",
    "is_archived",
    "is_inactive",
    "messages_tab_disabled",
    "not_in_channel",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel",
    "user_disabled",
    "user_not_found",
}
_MESSAGE = {
    "cannot_reply_to_message",
    "cant_update_message",
    "edit_window_closed",
    "message_not_found",
    "restricted_action_thread_locked",
    "thread_not_found",
}
_TEXT = {
    "attachment_payload_limit_exceeded",
    "block_mismatch",
    "invalid_arguments",
    "invalid_array_arg",
    "invalid_attachments",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_charset",
    "invalid_form_data",
    "invalid_json",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "markdown_text_conflict",
    "metadata_too_large",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "slack_connect_file_link_sharing_blocked",
    "too_many_attachments",
    "too_many_contact_cards",
}
# Also said with HTTP 200.
_PACE = {"accesslimited", "message_limit_exceeded", "rate_limited", "ratelimited"}
# What Slack says when it may have taken the message all the same.
UNCERTAIN = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}


@dataclass(frozen=True, slots=True)
class Sent:
    """`plain` if Slack refused what it was to say, and took it in the plainest form."""

    channel: str
    ts: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not posted; worth trying again after some seconds."""

    error: str
    wait: float
    about: About = About.PACE

    @property
    def of_this_channel(self) -> bool:
        """Whether another channel might take the message."""
        return self.about is About.PLACE

    @property
    def of_this_text(self) -> bool:
        """Whether the channel might take another message."""
        return self.about is About.TEXT


@dataclass(frozen=True, slots=True)
class Unknown:
    """Posted or not: nobody can tell yet."""

    error: str
    of_this_channel: ClassVar = False
    of_this_text: ClassVar = False


Outcome = Sent | Refused | Unknown


def refused_or_unknown(error: SlackApiError) -> Refused | Unknown:
    if (wait := paced(error)) is not None:
        return Refused("ratelimited", wait)
    word = error_code(error)
    if word is None or word in UNCERTAIN:
        return Unknown(word or "no answer of Slack's")
    return Refused(word, UNTIL_REPAIRED, about(word))


def paced(error: SlackApiError) -> float | None:
    """The seconds to wait, where Slack says that the calls come too fast."""
    answer = error.response
    if getattr(answer, "status_code", 200) == 429:
        return seconds_of(answer.headers.get("Retry-After"))
    if error_code(error) not in _PACE:
        return None
    after = answer.headers.get("Retry-After")
    return seconds_of(after) if after else UNTIL_REPAIRED


def growing(tries: int) -> float:
    """Seconds until a text is tried again that was refused so many times before."""
    return float(min(UNTIL_REPAIRED * 2 ** min(tries, 10), LONGEST_PAUSE))


def seconds_of(retry_after: str | None) -> float:
    """What stands between us and Slack may say a date, or anything."""
    try:
        seconds = float(retry_after or 1)
    except ValueError:
        return 1
    return min(max(seconds, 0), LONGEST) if isfinite(seconds) else 1


def error_code(error: SlackApiError) -> str | None:
    """Slack's own word for what is the matter; None if something else than Slack answered."""
    answer = error.response
    if not isinstance(answer, AsyncSlackResponse) or answer.status_code != 200:
        return None
    return str(answer["error"]) if isinstance(answer.data, dict) and answer.get("error") else None


def about(word: str) -> About:
    """What a word of Slack's is about."""
    known = {
        About.APP: WHOLE_APP,
        About.PLACE: _PLACE,
        About.MESSAGE: _MESSAGE,
        About.TEXT: _TEXT,
    }
    return next((each for each, words in known.items() if word in words), About.UNKNOWN)


# What a person can do about the usual refusals; {setting} is the one that names the channel.
_LET_IN = "ask the workspace's owner or admins to let the app in"
_ADVICE: Mapping[str, str] = {
    "access_denied": _LET_IN,
    "account_inactive": "install the app again and set SLACK_BOT_TOKEN",
    "channel_not_found": "name a channel that the bot is in, by its id, in {setting}",
    "ekm_access_denied": _LET_IN,
    "enterprise_is_restricted": _LET_IN,
    "invalid_auth": "set SLACK_BOT_TOKEN to the token of the installed app",
    "is_archived": "unarchive the channel, or name another in {setting}",
    "missing_scope": "install the app again from manifest.yml",
    "no_permission": _LET_IN,
    "not_authed": "set SLACK_BOT_TOKEN to the token of the installed app",
    "not_allowed_token_type": "set SLACK_BOT_TOKEN to the token that begins with xoxb-",
    "not_in_channel": "type /invite @HelpDesk in the channel",
    "org_login_required": _LET_IN,
    "restricted_action": "ask the workspace's owner to let the app post in the channel",
    "team_access_not_granted": _LET_IN,
    "team_not_found": _LET_IN,
    "token_expired": "set SLACK_BOT_TOKEN to the token of the installed app",
    "token_revoked": "install the app again and set SLACK_BOT_TOKEN",
    "two_factor_setup_required": _LET_IN,
}


def advice_on(refusal: str, setting: str = "HELPDESK_ALERT_CHANNEL") -> str | None:
    """What to do about it, where that is known; the channel is named in this setting."""
    advice = _ADVICE.get(refusal)
    return advice and advice.format(setting=setting)
