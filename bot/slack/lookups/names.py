"""What people are called: Slack is asked once for each, in the background, and again after a week.

Commands say a handle, and messages nobody's name at all.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.markup.mrkdwn import one_line
from bot.runtime.problems import Trouble
from bot.slack.api_errors import UNREADABLE, WHOLE_APP, error_code, paced
from bot.slack.clients import posting_client
from bot.slack.token_check import TokenCheck
from core.blank_text import says_something, straight
from core.clock import utcnow
from core.settings import SlackPlace
from core.store import AccountStore

log = structlog.get_logger("bot")

SCOPE = "users:read"
# People who are asked about in a turn, of the hundred a minute for which Slack answers:
# https://docs.slack.dev/reference/methods/users.info
AT_ONCE = 10
# Seconds that Slack may take.
PATIENCE = 5
LEASE = timedelta(minutes=1)
# Seconds for which nobody is asked about where Slack takes no such question, or does not answer.
REFUSED, UNANSWERED = 3600.0, 60.0
# Slack's words for somebody whom it does not know, or does not show us.
_NOBODY = {"user_not_found", "user_not_visible"}
_LONGEST = 100


class NameLearner:
    def __init__(
        self,
        client: AsyncWebClient,
        accounts: AccountStore,
        token: TokenCheck,
        *,
        staff: Collection[str],
    ) -> None:
        """Those with a role are asked about at the start, so that their names are known."""
        self._client = client
        self._accounts = accounts
        self._names = accounts.names
        self._token = token
        self._staff = staff
        self._staff_are_due = True
        self._not_before = 0.0
        # Those with a role whom Slack does not know.
        self.strangers: set[str] = set()

    def troubles(self) -> Iterable[Trouble]:
        """Who is to work here and cannot."""
        if self.strangers:
            yield nobody_of(self.strangers)

    async def learn(self) -> None:
        """Takes over what others have learned, and asks about whom nobody has asked."""
        await self._names.refresh()
        if not self._token.allows(SCOPE):
            return
        if self._staff_are_due:
            there = {one.slack_id for one in await self._accounts.of_slack_users(self._staff)}
            for one in self._staff:
                if one not in there:
                    await self._accounts.of_slack_user(one, name=one)
            await self._names.ask_about(self._staff)
            self._staff_are_due = False
        for _ in range(AT_ONCE):
            if asyncio.get_running_loop().time() < self._not_before:
                return
            asked = await self._names.claim(at=utcnow(), lease=LEASE)
            if asked is None:
                return
            await self._ask(asked)

    async def _ask(self, slack_id: str) -> None:
        wait = UNANSWERED
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._client.users_info(user=slack_id)
        except SlackApiError as error:
            code = error_code(error)
            if code in _NOBODY:
                if slack_id in self._staff:
                    self.strangers.add(slack_id)
                await self._names.unknown(slack_id)
                return
            if (pause := paced(error)) is not None:
                wait = pause
            elif code in WHOLE_APP:
                wait = REFUSED
            log.warning("nobody's name is asked for now", error=code or "no answer", seconds=wait)
        except UNREADABLE as error:
            log.warning("nobody's name is asked for now", error=type(error).__name__, seconds=wait)
        else:
            user: Mapping[str, Any] = answer.get("user") or {}
            self.strangers.discard(slack_id)
            if (name := name_in(user)) is None:
                await self._names.unknown(slack_id)
            else:
                handle, bot = str(user.get("name") or name), user.get("is_bot") is True
                await self._names.learned(slack_id, name, handle=handle, bot=bot)
            return
        self._not_before = asyncio.get_running_loop().time() + wait


def nobody_of(ids: Collection[str]) -> Trouble:
    return Trouble(
        f"Slack knows nobody of the id {', '.join(sorted(ids))}, which"
        " HELPDESK_AGENTS or HELPDESK_ADMINS names: Copy member ID, in a person's profile,"
        " gives the right one.",
        breaks=False,
    )


async def strangers_among(client: AsyncWebClient, ids: Iterable[str]) -> Collection[str]:
    """Those whom Slack does not know, one by one. Raises what speaks against asking at all."""
    strangers = set()
    for one in ids:
        try:
            async with asyncio.timeout(PATIENCE):
                await client.users_info(user=one)
        except SlackApiError as error:
            if error_code(error) not in _NOBODY:
                raise
            strangers.add(one)
    return strangers


async def is_known(slack: SlackPlace, slack_id: str) -> bool | None:
    """Whether Slack knows somebody of that id; None where it does not say."""
    try:
        return not await strangers_among(posting_client(slack), [slack_id])
    except (SlackApiError, *UNREADABLE):
        return None


def name_in(user: Mapping[str, Any]) -> str | None:
    """As Slack shows them: by the name that they chose, or else their own."""
    profile = user.get("profile") or {}
    said = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"))
    for name in (*said, user.get("name")):
        if isinstance(name, str) and says_something(shown := one_line(straight(name), _LONGEST)):
            return shown
    return None
