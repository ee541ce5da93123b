"""How the app hears of what happened: events, sent until they are taken, some in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from localslack.actions.options import Questions
from localslack.dispatch import events, payloads
from localslack.dispatch.answer import Answer
from localslack.dispatch.transport import Retry
from localslack.elements.fields import NotPossible
from localslack.state.messages import Happening
from localslack.state.people import BOT_USER
from localslack.state.reply import Reply
from localslack.web_api.faults import EVENT, Faults

RETRIES = 3
RETRY_DELAYS = (0.0, 0.05, 0.1)
"""Slack waits not at all, a minute, five minutes; here the times are scaled."""
Order = Callable[[list[payloads.Payload]], Iterable[payloads.Payload]]


class Telling(Questions):
    _faults: Faults

    def __init__(self) -> None:
        self.held: list[payloads.Payload] = []
        """The events that were held up on order, as they would have come, oldest first."""
        self._echoes: set[asyncio.Task[None]] = set()
        self.workspace.listeners.append(self._echo)

    async def event(
        self,
        event: dict[str, Any],
        *,
        event_id: str | None = None,
        retries: int = RETRIES,
        retry_num: int = 0,
        retry_reason: str = "http_timeout",
    ) -> Answer:
        """Sends an event until it is taken; with `retry_num` even the first is a retry.

        One that is lost or held on order has an answer of no attempts.
        """
        name = payloads.subscription(event)
        if name not in self.manifest.events:
            raise NotPossible(f"the manifest does not subscribe to {name}")
        full = {"event_ts": self.workspace.next_ts(), **event}
        named = event_id or self.workspace.next_id("Ev")
        payload = payloads.event_callback(full, named, self.workspace.now())
        fault = self._faults.next(EVENT, full)
        if fault is not None and fault.kind == "held":
            self.held.append(payload)
        if fault is not None and fault.kind in ("held", "lost"):
            return Answer(Reply(0, 0.0), attempts=0)
        answer = await self._deliver(payload, Retry(retry_num, retry_reason), retries)
        for _ in range(fault.repeats if fault else 0):
            before, again = answer.attempts, Retry(retry_num + answer.attempts, "http_timeout")
            answer = await self._deliver(payload, again, 0)
            answer.attempts += before
        return answer

    async def deliver_held(self, order: Order = list) -> list[Answer]:
        """Sends what is held, one after the other, in the order that is made of it, such as
        `reversed`; what that leaves out stays held."""
        going = list(order(list(self.held)))
        self.held = [each for each in self.held if each not in going]
        return [await self._deliver(each, Retry(0, "")) for each in going]

    async def settled(self) -> None:
        """Waits until the app has heard of everything that it is told in the background."""
        while self._echoes:
            await asyncio.wait(self._echoes)

    async def hush(self) -> None:
        """The same, but no longer than the app is given to answer."""
        if self._echoes:
            await asyncio.wait(self._echoes, timeout=self.http.patience)
        left = list(self._echoes)
        for echo in left:
            echo.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _deliver(
        self, payload: payloads.Payload, first: Retry, retries: int = RETRIES
    ) -> Answer:
        reply = await self.way.event(payload, first)
        attempts = 1
        while reply.failure and attempts <= retries and not _no_retry(reply):
            await asyncio.sleep(RETRY_DELAYS[min(attempts, len(RETRY_DELAYS)) - 1])
            reply = await self.way.event(payload, Retry(first.number + attempts, reply.reason))
            attempts += 1
        answer = Answer(reply, attempts=attempts)
        # An app that has gone since need not hear of its own doing.
        if reply.status or not events.of_the_app(payload["event"]):
            name = payloads.subscription(payload["event"])
            self._conclude(f"event {name}", answer, lambda: None)
        return answer

    def _echo(self, happening: Happening) -> None:
        """In the background: the app may be waiting for the answer to the very call it hears of."""
        there = self.http.events_url is not None or self.sockets.count > 0
        if happening.by == BOT_USER and there:
            self._tell_later(happening)

    async def _told(self, happening: Happening, waits: bool) -> None:
        if waits:
            await self._tell(happening)
        else:
            self._tell_later(happening)

    def _tell_later(self, happening: Happening) -> None:
        echo = asyncio.create_task(self._tell(happening))
        self._echoes.add(echo)
        echo.add_done_callback(self._echoes.discard)

    async def _tell(self, happening: Happening) -> None:
        """Where the bot is a member, if there ever was an app behind it."""
        there = self.http.events_url is not None or self.sockets.was_there
        if there and BOT_USER in happening.message.channel.members:
            await self._send(events.of(happening, self.workspace))

    async def _send(self, told: Iterable[events.Event]) -> None:
        """Those that the manifest subscribes to."""
        heard = [each for each in told if payloads.subscription(each) in self.manifest.events]
        await asyncio.gather(*(self.event(each) for each in heard))


def _no_retry(reply: Reply) -> bool:
    return reply.headers.get("X-Slack-No-Retry") == "1"
