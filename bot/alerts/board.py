"""Keeps one message in the alert channel as things stand: what is late, and what is done about it.

Made when the first alert has rung, edited in place, each change told in its thread. How it comes
through crashes is written in docs/alerts.md; core/store/delivery/boards.py keeps its state.
"""

import asyncio
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.alerts.board_message import View, gone, thread_message, told, told_name
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.markup.blocks import Message
from bot.slack.api_errors import About, Outcome, Refused, Sent, Unknown
from bot.slack.history import Doubt, SlackHistory
from bot.slack.poster import SlackPoster, TurnFarOff
from core.alerts.rules import AlertRules
from core.clock import Clock
from core.store.delivery.boards import Board, BoardStore

log = structlog.get_logger("bot")

# How it is called where it cannot be posted.
THIS = "the board"
# Where Slack does not take the words of what changed.
PLAINLY_CHANGED = "Some of this has changed: /ticket list breached"
# Until a board is tried again that was refused for what it says.
REFUSED = timedelta(minutes=1)
# What a thread is to say is tried so often where nobody may look whether Slack has it.
TRIES = 2


@dataclass(frozen=True)
class BoardPoster:
    """`pace` is the least time between two edits."""

    boards: BoardStore
    poster: SlackPoster
    dispatcher: Dispatcher
    history: SlackHistory
    rules: AlertRules
    clock: Clock
    _: KW_ONLY
    pace: timedelta

    @property
    def _timing(self) -> Timing:
        return self.dispatcher.timing

    async def follow(self) -> None:
        """Brings the board up to date if it is behind and nobody else does."""
        channel = self.poster.channel
        if await self.boards.at_rest(channel, at=self.clock()):
            return
        board = await self.boards.claim(channel, lease=self._timing.lease)
        if board is not None:
            try:
                outcome = await self._brought_up_to_date(board)
            except TurnFarOff as far_off:
                outcome = far_off.refused
            await self.boards.release(board, wait=self._wait(outcome))
            self._tell_trouble(outcome)

    async def _brought_up_to_date(self, board: Board) -> Outcome | None:
        """How the last thing that was sent went; None if there was nothing to send."""
        if board.untold:
            outcome = await self._tell(board)
            if not isinstance(outcome, Sent):
                return outcome
            board = replace(board, untold=(), tries=0)
        at = self.clock()
        unquiet = await self.boards.unquiet(at=at)
        view = View.of(unquiet, self.rules, at=at)
        rang = any(ticket.alert.latest for ticket in unquiet.tickets)
        if not rang and not board.shown and board.ts is None and board.first_try is None:
            await self.boards.not_needed(board)
            return None
        shown = view.shown
        if board.ts and (view.fingerprint, shown) == (board.said, board.shown):
            return None
        outcome = await self._put(board, view.message(board.channel, at=at), view.plainly)
        if not isinstance(outcome, Sent):
            return outcome
        lines = await self._changes(board, view, at=at) if board.said else []
        kept = await self.boards.shows(
            board,
            ts=outcome.ts,
            shown=shown,
            said=view.fingerprint,
            at=at,
            full=view.full,
            untold=lines,
        )
        if kept and lines:
            told = replace(board, ts=outcome.ts, at=at, untold=tuple(lines), tries=0)
            return await self._tell(told)
        return outcome

    async def _changes(self, board: Board, view: View, *, at: datetime) -> list[str]:
        left = board.shown.keys() - view.shown.keys()
        lines = view.changes(board)
        if left:
            lines += gone(await self.boards.tickets(left), self.rules, at=at)
        return told(lines, full=view.full)

    async def _put(self, board: Board, message: Message, plainly: str) -> Outcome | None:
        """Edits the board that is there, or posts it anew."""
        ts = board.ts
        if ts is None and board.first_try is not None:
            seen = await self.dispatcher.look([board], board.channel)
            found = seen.found.get(board.channel)
            if found is None and not seen.settles(self.dispatcher.doubt(board)):
                return Refused("the history is not read yet", wait=seen.wait.total_seconds())
            ts = found.ts if found else None
        if ts is not None:
            outcome = await self.poster.edit(board.channel, ts, message, plainly=plainly)
            if not (isinstance(outcome, Refused) and outcome.about is About.MESSAGE):
                return outcome
            await self.boards.not_posted(board)
        return await self._post_anew(board, message, plainly)

    async def _post_anew(self, board: Board, message: Message, plainly: str) -> Outcome | None:
        async with self.poster.turn(board.channel):
            if not await self.boards.about_to_post(board, within=self._timing.post):
                return None
            outcome = await self.poster.post(
                board.channel, message, until=self._until(), plainly=plainly
            )
        if isinstance(outcome, Refused):
            await self.boards.not_posted(board)
        elif isinstance(outcome, Sent):
            log.info("board posted", channel=board.channel)
        return outcome

    async def _tell(self, board: Board) -> Outcome | None:
        """Says in the thread what changed."""
        channel, ts = board.channel, board.ts
        if ts is None:
            await self.boards.told(board)
            return Sent(channel, "")
        # Of a board that an older version left in the middle of it nobody knows when.
        if board.tries and board.tried and (known := await self._known(board, ts, board.tried)):
            return known
        async with self.poster.turn(channel):
            if not await self.boards.about_to_tell(board, within=self._timing.post):
                return None
            message = thread_message(board, ts)
            outcome = await self.poster.post(
                channel, message, until=self._until(), plainly=PLAINLY_CHANGED
            )
        if isinstance(outcome, Refused):
            if outcome.about in (About.MESSAGE, About.TEXT):
                outcome = Sent(channel, ts)
            else:
                await self.boards.not_told(board)
        if isinstance(outcome, Sent):
            await self.boards.told(board)
        return outcome

    async def _known(self, board: Board, ts: str, tried: datetime) -> Outcome | None:
        """What became of an earlier try to say it; None if it is to be said again."""
        doubt = Doubt(tried, tried + self._timing.doubt)
        seen = await self.history.look_in_thread(doubt, channel=board.channel, thread=ts)
        if told_name(board) in seen.found or (seen.blind and board.tries >= TRIES):
            await self.boards.told(board)
            return Sent(board.channel, ts)
        if not seen.settles(doubt):
            return Refused("the thread is not read yet", wait=seen.wait.total_seconds())
        return None

    def _tell_trouble(self, outcome: Outcome | None) -> None:
        troubles = self.poster.troubles
        if isinstance(outcome, Refused) and outcome.of_this_text:
            troubles.not_posted(THIS, outcome.error, remedy="it is tried again each minute")
        elif isinstance(outcome, Sent):
            troubles.posted(THIS)

    def _until(self) -> float:
        return asyncio.get_running_loop().time() + self._timing.post.total_seconds()

    def _wait(self, outcome: Outcome | None) -> timedelta:
        match outcome:
            case Refused(of_this_text=True):
                # In every form; what it says changes, and may be taken then.
                return REFUSED
            case Refused(_, wait):
                return timedelta(seconds=wait)
            case Unknown():
                return self._timing.doubt
            case _:
                return self.pace
