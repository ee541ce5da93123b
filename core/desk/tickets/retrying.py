"""Deciding anew about what somebody else has just changed, for as long as anybody waits."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.errors import Unavailable

T = TypeVar("T")

# Seconds. Whoever asked has an answer before their patience, or Slack's, is over.
_PATIENCE = 2.5
_FIRST_WAIT, _LONGEST_WAIT = 0.01, 0.2


class Overtaken(Exception):
    """Somebody else was faster."""


async def until_first(attempt: Callable[[], Awaitable[T]]) -> T:
    """What an attempt gives that is not Overtaken; each looks anew at what is there by then.

    Of those who attempt at once one succeeds, so that some always do; the others wait a moment,
    by chance and longer each time, so that they get out of each other's way. However slow the
    first attempt was, there is one more: whoever saw an older ticket is told so by that. Raises
    Unavailable for who is overtaken still when the patience is over.
    """
    loop = asyncio.get_running_loop()
    until, wait, attempts = loop.time() + _PATIENCE, _FIRST_WAIT, 0
    while True:
        attempts += 1
        try:
            return await attempt()
        except Overtaken:
            pause = random.uniform(0, wait)  # noqa: S311 - no secret
            if attempts > 1 and loop.time() + pause > until:
                break
        await asyncio.sleep(pause)
        wait = min(2 * wait, _LONGEST_WAIT)
    raise Unavailable("Too many people are changing this ticket. Try again shortly.")
