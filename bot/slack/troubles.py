"""What Slack refuses, as far as somebody can do something about it: told in /readyz."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

import structlog

from bot.slack.api_errors import About, Refused, Unknown, advice_on

log = structlog.get_logger("bot")

POST, EDIT = "chat.postMessage", "chat.update"
# Seconds for which what a step would say in a channel that refused is said in the alert channel.
LEFT_ALONE = 60.0
# Messages in their plainest form that a channel refuses in a row, with a word that we do not know,
# until it is taken for the channel's refusal and not for theirs.
IN_A_ROW = 3
# What fails so often in a row, over so many seconds, is told even if it may pass by itself.
OFTEN, LASTING = 3, 60.0
# Seconds after which what could not be posted is no news: by then it was tried again, by us or by
# another process, which tells of it then.
OLD = 1500.0
# Of what could not be posted, so many are told one by one.
TOLD = 5


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


class Troubles:
    def __init__(self, *, channel: str, others: set[str]) -> None:
        """Messages go to `others` beside the one channel; that a person takes none is nobody's
        trouble."""
        self._channel = channel
        self._channels = {channel, *others}
        # By method, too: that edits are taken says nothing of posts.
        self._failing: dict[tuple[str, str], _Failing] = {}
        self._refused: dict[str, float] = {}
        # How many plain messages were refused in a row with an unknown word, and when the last was.
        self._in_a_row: dict[tuple[str, str], tuple[int, float]] = {}
        self._not_posted: dict[str, tuple[str, float]] = {}

    @property
    def channels(self) -> Sequence[NotTaken]:
        """What keeps messages from the channels."""
        return [
            NotTaken(channel, failing.refusal or failing.often, _now() - failing.latest)
            for (_, channel), failing in self._failing.items()
            if failing.refusal or failing.lasts
        ]

    @property
    def messages(self) -> Mapping[str, str]:
        """Single messages that Slack takes in no form, by what they are."""
        lines = {what: line for what, (line, _) in islice(self._not_posted.items(), TOLD)}
        if (more := len(self._not_posted) - TOLD) > 0:
            lines["more"] = f"Slack takes {more:,} more messages in no form: the log has them."
        return lines

    def forget(self, channel: str) -> None:
        """Whatever it was, nothing waits for that channel any more."""
        for method in (POST, EDIT):
            self._failing.pop((method, channel), None)

    def refuses(self, channel: str) -> bool:
        """Whether it took no message a moment ago, and will not until a person does something."""
        at = self._refused.get(channel)
        return at is not None and _now() < at + LEFT_ALONE

    def taken(self, method: str, channel: str) -> None:
        self._failing.pop((method, channel), None)
        self._in_a_row.pop((method, channel), None)

    def judged(self, refused: Refused, method: str, channel: str, *, plain: bool) -> Refused:
        """A word that we do not know is about the text, as long as the channel takes others.

        Where it takes not even plain ones, it is about the place; but now and then one is tried
        as if it were not, so that a few such texts together stop nothing else for long.
        """
        if refused.about is not About.UNKNOWN:
            return refused
        row, last = self._in_a_row.get((method, channel), (0, 0.0))
        if row >= IN_A_ROW and _now() < last + LEFT_ALONE:
            return replace(refused, about=About.PLACE)
        if plain:
            self._in_a_row[method, channel] = (row + 1, _now())
        return replace(refused, about=About.TEXT)

    def note(self, outcome: Refused | Unknown, method: str, channel: str) -> None:
        about = About.PACE if isinstance(outcome, Unknown) else outcome.about
        if about is About.PLACE and method == POST:
            self._refused[channel] = _now()
        if channel not in self._channels or about in (About.MESSAGE, About.TEXT):
            return
        failing = self._failing.setdefault((method, channel), _Failing(_now()))
        failing.times, failing.latest = failing.times + 1, _now()
        place = "" if channel == self._channel else f" in {channel}"
        failing.often = (
            f"Slack takes no messages{place} ({outcome.error}): see whether this machine reaches"
            " it, and status.slack.com."
        )
        if about in (About.APP, About.PLACE):
            failing.refusal = refused_in(channel, outcome.error, usual=self._channel)

    def not_posted(self, what: str, error: str, *, remedy: str) -> None:
        """Not even in the plainest form: `what` is told until it is posted, or for a while."""
        since = _now() - OLD
        self._not_posted = {one: old for one, old in self._not_posted.items() if old[1] > since}
        if what not in self._not_posted:
            log.error("Slack takes a message in no form", what=what, error=error)
        said = f"Slack does not take {what}, not even in the plainest form ({error}): {remedy}."
        self._not_posted[what] = (said, _now())

    def posted(self, what: str) -> None:
        self._not_posted.pop(what, None)


def refused_in(
    channel: str, error: str, *, usual: str, setting: str = "HELPDESK_ESCALATIONS"
) -> str:
    """What an operator is told of a channel that takes no messages; the setting names it, unless it
    is the usual one."""
    is_usual = channel == usual
    setting = "HELPDESK_ALERT_CHANNEL" if is_usual else setting
    advice = advice_on(error, setting) or "report this with the log"
    return f"Slack refuses messages{'' if is_usual else f' in {channel}'} ({error}): {advice}."


def _now() -> float:
    return asyncio.get_running_loop().time()
