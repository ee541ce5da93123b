"""Posting to Slack when it matters whether it arrived: once, at Slack's pace, outcome known.

Nothing here retries: slack_sdk's own client posts a second time when a connection drops after
the message was taken. What is owed is paid by the state that core/store/owed.py keeps.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from typing import Any, NamedTuple

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.timetable import progressed
from core.store import TurnStore

log = structlog.get_logger("bot")

# Slack's own limit: one message a second and channel. A little more, for what a turn may be late.
PAUSE = 1.1
LATE = 0.1
# Seconds until something is tried again that a person has to put right first.
UNTIL_REPAIRED = 10.0
# Seconds for which what a step would say in a channel that refused is said in the alert channel.
LEFT_ALONE = 60.0
# Seconds that a channel is left alone at most, whatever Retry-After says.
LONGEST = 3600.0
# What Slack says when it may have taken the message all the same.
UNCERTAIN = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
# Slack's words for a message that is not there any more, or cannot be edited.
GONE = {"message_not_found", "cant_update_message", "edit_window_closed"}
# What fails so often in a row, over so many seconds, is told even if it may pass by itself.
OFTEN, LASTING = 3, 60.0
# Refusals that are about the app as a whole, not about one message or channel.
WHOLE_APP = {
    "account_inactive",
    "invalid_auth",
    "missing_scope",
    "not_allowed_token_type",
    "not_authed",
    "token_expired",
    "token_revoked",
}
# What a person can do about the usual refusals.
ADVICE: Mapping[str, str] = {
    "account_inactive": "install the app again and set SLACK_BOT_TOKEN",
    "channel_not_found": "name a channel that the bot is in, by its id, in HELPDESK_ALERT_CHANNEL",
    "invalid_auth": "set SLACK_BOT_TOKEN to the token of the installed app",
    "is_archived": "unarchive the channel, or name another in HELPDESK_ALERT_CHANNEL",
    "missing_scope": "install the app again from manifest.yml",
    "not_authed": "set SLACK_BOT_TOKEN to the token of the installed app",
    "not_allowed_token_type": "set SLACK_BOT_TOKEN to the token that begins with xoxb-",
    "not_in_channel": "type /invite @HelpDesk in the channel",
    "restricted_action": "ask the workspace's owner to let the app post in the channel",
    "token_expired": "set SLACK_BOT_TOKEN to the token of the installed app",
    "token_revoked": "install the app again and set SLACK_BOT_TOKEN",
}


@dataclass(frozen=True, slots=True)
class Sent:
    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not posted; worth trying again after some seconds.

    A `lasting` refusal stays until a person does something about it.
    """

    error: str
    wait: float
    lasting: bool = False

    @property
    def of_this_channel(self) -> bool:
        """Whether another channel might take the message."""
        return self.lasting and self.error not in WHOLE_APP


@dataclass(frozen=True, slots=True)
class Unknown:
    """Posted or not: nobody can tell yet."""

    error: str


Outcome = Sent | Refused | Unknown


class TurnFarOff(Exception):
    """Slack takes nothing in that channel for longer than a post may take: nobody waits for it."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"The next turn comes in {wait.total_seconds()} s.")
        self.wait = wait

    @property
    def refused(self) -> Refused:
        return Refused("ratelimited", wait=self.wait.total_seconds())


class NotTaken(NamedTuple):
    """A channel that takes no messages, why, and how many seconds ago that was found."""

    channel: str
    message: str
    ago: float


@dataclass(slots=True)
class _Failing:
    """Tries in one channel since the last that went well: since when, and what is to be told."""

    since: float
    times: int = 0
    latest: float = 0.0
    often: str = ""
    refusal: str = ""

    @property
    def lasts(self) -> bool:
        return self.times >= OFTEN and self.latest - self.since > LASTING


class SlackPoster:
    def __init__(
        self,
        client: AsyncWebClient,
        turns: TurnStore,
        *,
        channel: str,
        limit: float,
        pause: float = PAUSE,
        others: Iterable[str] = (),
        taken: Callable[[], None] = lambda: None,
    ) -> None:
        """`client` must not retry; `limit` is the seconds that one call may take. Messages go
        to `others` beside the one channel; that people take none is nobody's trouble. `taken`
        hears of each message that Slack took.
        """
        self.channel = channel
        self._channels = {channel, *others}
        self._client = client
        self._turns = turns
        self._limit = limit
        self._pause = pause
        self._taken = taken
        self._waiting: dict[str, asyncio.Lock] = {}
        # When the turn of the message that is posted in a channel now began.
        self._began: dict[str, float] = {}
        self._failing: dict[str, _Failing] = {}
        self._refused: dict[str, float] = {}

    def refuses(self, channel: str) -> bool:
        """Whether it took no message a moment ago, and will not until a person does something."""
        at = self._refused.get(channel)
        return at is not None and asyncio.get_running_loop().time() < at + LEFT_ALONE

    @property
    def troubles(self) -> list[NotTaken]:
        """What keeps messages from the channels, for whoever runs the desk."""
        now = asyncio.get_running_loop().time()
        return [
            NotTaken(channel, failing.refusal or failing.often, now - failing.latest)
            for channel, failing in self._failing.items()
            if failing.refusal or failing.lasts
        ]

    def forget(self, channel: str) -> None:
        """Whatever it was, nothing waits for that channel any more."""
        self._failing.pop(channel, None)

    @asynccontextmanager
    async def turn(self, channel: str) -> AsyncIterator[None]:
        """A context in which it is this message's turn in that channel. Raises TurnFarOff."""
        async with self._waiting.setdefault(channel, asyncio.Lock()):
            await self._turn(channel)
            yield

    async def _turn(self, channel: str) -> None:
        most = timedelta(seconds=max(self._limit, self._pause))
        wait = await self._turns.take(channel, pause=timedelta(seconds=self._pause), most=most)
        if wait > most:
            raise TurnFarOff(wait)
        await asyncio.sleep(wait.total_seconds())
        self._began[channel] = asyncio.get_running_loop().time()

    async def post(self, channel: str, message: Mapping[str, Any], *, until: float) -> Outcome:
        arguments = {"channel": channel, **message}
        late = asyncio.get_running_loop().time() - self._began.get(channel, 0)
        if self._pause > LATE < late:
            # What took so long to prepare would come together with another process's message.
            try:
                await self._turn(channel)
            except TurnFarOff as far_off:
                return far_off.refused
        outcome = await self._call("chat.postMessage", arguments, until=until)
        if isinstance(outcome, Refused) and outcome.error == "ratelimited":
            await self._turns.hold(channel, wait=timedelta(seconds=outcome.wait))
        elif isinstance(outcome, Refused) and outcome.of_this_channel:
            self._refused[channel] = asyncio.get_running_loop().time()
        return outcome

    async def edit(self, channel: str, ts: str, message: Mapping[str, Any]) -> Outcome:
        until = asyncio.get_running_loop().time() + self._limit
        arguments = {"channel": channel, "ts": ts, **message}
        return await self._call("chat.update", arguments, until=until)

    async def _call(self, method: str, arguments: Mapping[str, Any], *, until: float) -> Outcome:
        if asyncio.get_running_loop().time() >= until:
            return Unknown("no time left")
        try:
            async with asyncio.timeout_at(until):
                answer = await self._client.api_call(method, json=dict(arguments))
        except SlackApiError as error:
            outcome = _refused_or_unknown(error)
        except aiohttp.ClientConnectorError as error:
            outcome = Refused(f"Slack cannot be reached: {type(error).__name__}", wait=5)
        # slack_sdk stumbles over an answer that is not the JSON it claims to be.
        except (TimeoutError, aiohttp.ClientError, OSError, AttributeError) as error:
            outcome = Unknown(type(error).__name__)
        else:
            self.forget(arguments["channel"])
            self._taken()
            return Sent(str(answer["channel"]), str(answer["ts"]))
        finally:
            progressed()
        if arguments["channel"] in self._channels and outcome.error not in GONE:
            self._note(arguments["channel"], outcome)
        log.warning("Slack did not take a message", method=method, error=outcome.error)
        return outcome

    def _note(self, channel: str, outcome: Refused | Unknown) -> None:
        now, place = asyncio.get_running_loop().time(), ""
        advice = ADVICE.get(outcome.error, "report this with the log")
        if channel != self.channel:
            advice = advice.replace("HELPDESK_ALERT_CHANNEL", "HELPDESK_ESCALATIONS")
            place = f" in {channel}"
        failing = self._failing.setdefault(channel, _Failing(now))
        failing.times, failing.latest = failing.times + 1, now
        failing.often = (
            f"Slack takes no messages{place} ({outcome.error}): see whether this machine reaches"
            " it, and status.slack.com."
        )
        if isinstance(outcome, Refused) and outcome.lasting:
            failing.refusal = f"Slack refuses messages{place} ({outcome.error}): {advice}."


def _refused_or_unknown(error: SlackApiError) -> Refused | Unknown:
    answer = error.response
    if getattr(answer, "status_code", 200) == 429:
        return Refused("ratelimited", wait=seconds_of(answer.headers.get("Retry-After")))
    refused = said(error)
    if refused is None or refused in UNCERTAIN:
        return Unknown(refused or "no answer of Slack's")
    return Refused(refused, wait=UNTIL_REPAIRED, lasting=True)


def seconds_of(retry_after: str | None) -> float:
    """What stands between us and Slack may say a date, or anything."""
    try:
        seconds = float(retry_after or 1)
    except ValueError:
        return 1
    return min(max(seconds, 0), LONGEST) if isfinite(seconds) else 1


def said(error: SlackApiError) -> str | None:
    """Slack's own word for what is the matter; None if something else than Slack answered."""
    answer = error.response
    if not isinstance(answer, AsyncSlackResponse) or answer.status_code != 200:
        return None
    return str(answer["error"]) if isinstance(answer.data, dict) and answer.get("error") else None
