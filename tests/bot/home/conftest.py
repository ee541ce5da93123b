"""People who look at their Home tabs."""

import pytest

from tests.bot.conftest import rich_words
from tests.support.slack_requests import form, pressed, send

IN_A_VIEW = {"type": "view", "view_id": "V1"}


class Tab:
    """Somebody's Home tab: what stands there, and what they do in it."""

    def __init__(self, slack, person, drained):
        self._slack = slack
        self.person = person
        self._drained = drained

    @property
    def who(self):
        """As the workspace knows them, whose view it is."""
        return self.view.person

    @property
    def view(self):
        return self._slack.workspace.views.homes.get(self.person.id)

    async def open(self):
        await self._slack.open_home(self.person)
        await self._drained()
        return self

    async def choose(self, which):
        [block] = [one for one in self.view.blocks if one["block_id"].startswith("top ")]
        await self._press(block["block_id"], "home_list", which)

    async def go(self, which):
        """To its first page, wherever they are."""
        if not self.has(f"top {which}"):
            await self.choose(which)
        else:
            await self.open()

    async def look_for(self, words):
        name = "search" if self.has("search") else "found"
        await self._press(name, "home_search", words)

    async def hear(self, what):
        [block] = [one for one in self.view.blocks if one["block_id"].startswith("hears ")]
        await self._press(block["block_id"], "home_hears", what)

    async def press(self, number, name):
        await self._press(self._row(number)["block_id"], f"home_{name}", None)

    def press_later(self, name, ticket, by):
        """As it stands there now, whatever is shown by the time that it is pressed."""
        view = {"type": "home", "callback_id": self.view.callback_id}
        body = form(pressed(f"home_{name}", ticket, by=by, container=IN_A_VIEW, view=view))

        async def done():
            await send(self._slack, body)
            await self._drained()

        return done

    async def turn(self, name):
        await self._press("turns", f"home_{name}", None)

    def has(self, block_id):
        return any(block["block_id"] == block_id for block in self.view.blocks)

    @property
    def turns(self):
        rows = [block for block in self.view.blocks if block["block_id"] == "turns"]
        return [each["text"]["text"] for row in rows for each in row["elements"]]

    @property
    def title(self):
        """The first words that are no ticket's."""
        return next(one["text"]["text"] for one in self.view.blocks if one["type"] == "section")

    @property
    def numbers(self):
        """Those of the tickets that are shown, in their order."""
        return [int(line.split("T-")[1].split(" ")[0]) for line in self.lines]

    @property
    def lines(self):
        return [rich_words(one) for one in self.view.blocks if one["type"] == "rich_text"]

    def buttons(self, number):
        return [element["action_id"] for element in self._row(number)["elements"]]

    @property
    def said(self):
        return f"{self.view.given}\n" + "\n".join(self.lines)

    def _row(self, number):
        at = self.numbers.index(number)
        rows = [one for one in self.view.blocks if one["block_id"].startswith("ticket ")]
        return rows[at]

    async def _press(self, block_id, action_id, value):
        await self._slack.press(self.view, block_id, action_id, value, by=self.who)
        await self._drained()


@pytest.fixture
def tab_of(slack, drained):
    """Opens the Home tab of somebody."""

    async def opened(person):
        return await Tab(slack, person, drained).open()

    return opened


@pytest.fixture
def tab(desk_url, tab_of):
    """With a desk that runs."""
    return tab_of


@pytest.fixture
async def four(slack, file):
    """A late one of Ben's that nobody has, one of Ada's that Olga has, one that waits, and one
    of Ada's that is resolved."""
    await file("Mail is slow", priority="low", by=slack.ben)
    await file("VPN is down", priority="high", by=slack.ada)
    await file("Needs a part", priority="medium", by=slack.ben)
    await file("Solved", by=slack.ada)
    await slack.command("claim 2", by=slack.olga)
    await slack.command("hold 3 Acme", by=slack.amir)
    await slack.command("resolve 4", by=slack.amir)
