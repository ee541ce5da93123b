"""Pages that people have open in their browsers."""

import asyncio
import json
from contextlib import AsyncExitStack

import aiohttp
import pytest

from tests.conftest import LONGEST_WAIT


class Browser:
    """Somebody's page: reads their feed, and does things in their name."""

    def __init__(self, session, url, person):
        self.session, self.url, self.person = session, url, person
        self.state = None
        self.response = None

    async def open(self):
        address = f"{self.url}page/feed?as={self.person.id}"
        self.response = await self.session.get(address)
        assert self.response.status == 200
        kind, self.state = await self.next()
        assert kind == "state"
        return self

    async def next(self):
        """The next event: its kind and what it carries."""
        async with asyncio.timeout(LONGEST_WAIT):
            lines = []
            while (line := (await self.response.content.readline()).decode()) != "\n":
                assert line, "the feed ended"
                lines.append(line)
        if lines[0].startswith(":"):
            return await self.next()
        kind, data, *_ = lines
        return kind.removeprefix("event: ").strip(), json.loads(data.removeprefix("data: "))

    async def hear(self, kind):
        """The next event of this kind."""
        while True:
            heard, data = await self.next()
            if heard == kind:
                return data

    async def ended(self):
        async with asyncio.timeout(LONGEST_WAIT):
            while await self.response.content.readline():
                pass
        return True

    async def post(self, path, **given):
        """What the page was told; `ok` is taken out when it is true."""
        given = {"as": self.person.id, **given}
        async with self.session.post(f"{self.url}page/{path}", json=given) as response:
            assert response.status == 200, await response.text()
            answer = await response.json()
        return {name: part for name, part in answer.items() if (name, part) != ("ok", True)}


@pytest.fixture
async def browser(slack):
    """A person's page, its feed open."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())

        async def opened(person, at=slack):
            page = await Browser(session, at.base_url, person).open()
            stack.callback(page.response.close)
            return page

        yield opened


@pytest.fixture
async def ada(browser, slack):
    return await browser(slack.ada)


@pytest.fixture
async def ben(browser, slack):
    return await browser(slack.ben)


EVENTS = frozenset({"message.channels", "reaction_added"})


def at(message):
    return {"channel": message.channel.id, "ts": message.ts}
