"""Looking up tokens that this process does not know, for addresses that have nothing left.

An office has one address: what one of its programs does with a token that is none must not keep
out the others, whose tokens are good. So theirs are looked up all the same, but all together, in
one question after a pause: MongoDB is asked no more often, however many come, and who has a good
one waits for that long, once in each process.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from core.errors import TooMany
from core.metrics import LIMITS_HIT
from core.people.api_tokens import ApiToken
from core.store.people.api_tokens import ApiTokenStore

# Seconds before each question, and tokens that one is about.
PAUSE = 0.1
MOST = 1_000


class UnknownTokens:
    def __init__(
        self,
        tokens: ApiTokenStore,
        pause: Callable[[], Awaitable[object]] = lambda: asyncio.sleep(PAUSE),
    ) -> None:
        self._tokens = tokens
        self._pause = pause
        self._turn = asyncio.Lock()
        self._wanted: set[str] = set()
        # The question that is about those which are wanted.
        self._asking: asyncio.Task[Mapping[str, ApiToken]] | None = None

    async def get(self, id: str) -> ApiToken | None:
        """Raises TooMany where very many wait."""
        if len(self._wanted) >= MOST:
            LIMITS_HIT.count("address")
            raise TooMany
        self._wanted.add(id)
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
            self._asking.add_done_callback(_heard)
        # Whoever hangs up does not take it away from those who wait along.
        return (await asyncio.shield(self._asking)).get(id)

    async def _ask(self) -> Mapping[str, ApiToken]:
        async with self._turn:
            await self._pause()
            wanted, self._wanted, self._asking = self._wanted, set(), None
            return await self._tokens.among(wanted)


def _heard(task: asyncio.Task[Mapping[str, ApiToken]]) -> None:
    """Nobody may wait for it any more: then its failure is nobody's."""
    if not task.cancelled():
        task.exception()
