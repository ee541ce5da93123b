"""Whether the desk's channels take its messages: looked at from the start on, and not first by the
card of whoever needs help.

Who may read a channel is in it, and it takes what they post unless it is archived, which its last
message says. So this needs no scope that reading a channel does not need anyway.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.runtime.problems import Trouble
from bot.slack.api_errors import UNREADABLE, About, about, error_code
from bot.slack.troubles import Troubles, refused_in

# Seconds that Slack may take.
PATIENCE = 5
_ARCHIVED = {"channel_archive", "group_archive"}


class ChannelCheck:
    def __init__(
        self,
        client: AsyncWebClient,
        troubles: Troubles,
        *,
        usual: str,
        others: Iterable[str],
        setting: str = "HELPDESK_ESCALATIONS",
    ) -> None:
        """`troubles` are what posting meets; the setting names the `others`."""
        self._client = client
        self._troubles = troubles
        self._usual = usual
        self._setting = setting
        # Those of which it is not known that they are well.
        self._open = list(dict.fromkeys((usual, *others)))
        self._found: dict[str, Trouble] = {}

    def troubles(self) -> Iterable[Trouble]:
        """But for what posting has met itself by now."""
        met = {one.channel for one in self._troubles.channels}
        return [found for channel, found in self._found.items() if channel not in met]

    @property
    def unknown(self) -> Collection[str]:
        """Channels of which Slack has said nothing."""
        return [channel for channel in self._open if channel not in self._found]

    def has_posted(self, answer: Mapping[str, Any]) -> None:
        """`answer` is Slack's to a message that it took."""
        self._is_well(str(answer.get("channel")))

    async def ask(self) -> None:
        """Asks about each of which it is not known that it is well."""
        for channel in list(self._open):
            try:
                async with asyncio.timeout(PATIENCE):
                    page = await self._client.conversations_history(channel=channel, limit=1)
            except SlackApiError as error:
                self._refused(channel, error)
            except UNREADABLE:
                continue
            else:
                newest: Mapping[str, Any] = next(iter(page.get("messages") or ()), {})
                if newest.get("subtype") in _ARCHIVED:
                    self._takes_nothing(channel, "is_archived")
                else:
                    self._is_well(channel)

    def _refused(self, channel: str, error: SlackApiError) -> None:
        word = error_code(error)
        if word == "missing_scope":
            # Then it is there, at least; that nobody hears what is said there is another matter.
            self._is_well(channel)
            if error.response.get("needed") == "groups:history":
                self._found[channel] = self._is_private(channel)
        elif word is not None and about(word) is About.PLACE:
            self._takes_nothing(channel, word)

    def _is_private(self, channel: str) -> Trouble:
        return Trouble(
            f"{channel} is private, where the desk hears nothing without the scope groups:history:"
            " install the app again from manifest.yml.",
            which=channel,
            breaks=False,
        )

    def _takes_nothing(self, channel: str, word: str) -> None:
        said = refused_in(channel, word, usual=self._usual, setting=self._setting)
        self._found[channel] = Trouble(said, which=channel, breaks=channel == self._usual)

    def _is_well(self, channel: str) -> None:
        self._found.pop(channel, None)
        if channel in self._open:
            self._open.remove(channel)
