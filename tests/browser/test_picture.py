"""The README opens with a picture of the page, which cannot go stale: it is taken here.
A whole card and a whole alert are on it.

With it goes what was to be read on the page; how letters are drawn differs between machines.
"""

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.async_api import expect

from bot.local.samples import UNTIL_LATE, Cast, file_sample, samples
from bot.runtime.opening import people_of
from core.people.accounts import Via
from localslack import LocalSlack
from tests.browser.acts import composer, message
from tests.support.deliveries import nothing_is_owed

PICTURE = Path(__file__).parents[2] / "docs" / "local-slack.png"
SIZE = {"width": 1100, "height": 900}
LARGEST = 150_000
CAST = (LocalSlack.ada, LocalSlack.ben, LocalSlack.olga)
BENS_WORD = "Here too, since nine o'clock."
STALE = "the picture in the README is stale: make picture"


@pytest.fixture
def people(store, passwords, settings):
    """As the desk in Slack knows them: Olga may work on tickets."""
    return people_of(store, passwords, settings)


@pytest.fixture
async def running(desk, start, slack, database):
    """A desk that finds the tickets there one by one: a card is posted once, as its ticket stands,
    and in order. None is given up after half a second, and no other is posted while direct messages
    of this one are on their way. What was said of them stands under them; what comes later is
    announced."""
    cast = Cast(*[await acting(desk, each) for each in CAST])
    patient = {"alert_post_seconds": 5, "alert_lease_seconds": 12}
    for each in samples(cast):
        await file_sample(desk, each, desk.clock())
        async with start(**patient):
            await nothing_is_owed(database)
    async with start(**patient):
        await nothing_is_owed(database)
        yield


@pytest.fixture
async def shown(look, slack, running, clock):
    """What Olga, who is on call, sees: people's tickets, and one that is late just now."""
    page = await look(slack.olga, viewport=SIZE)
    await expect(message(page, "T-6")).to_be_visible()
    clock.forward(seconds=UNTIL_LATE.total_seconds(), milliseconds=1)
    await page.clock.set_fixed_time(clock())
    alert = message(page, "T-3 is late")
    await expect(message(page, "Since this morning")).to_contain_text("(edited)")
    await expect(message(page, "What is late")).to_contain_text("Late: 1")
    await expect(alert).to_be_in_viewport()
    await alert.hover()
    await alert.get_by_role("button", name="Add a reaction").click()
    await page.get_by_role("button", name="eyes", exact=True).first.click()
    said = next(one for one in slack.messages("#helpdesk") if "*T-3 is late" in one.text)
    await slack.post(BENS_WORD, by=slack.ben, channel="#helpdesk", thread_ts=said.ts)
    await expect(alert.get_by_role("button", name="1 reply")).to_be_in_viewport()
    await expect(alert.get_by_role("button", name="reacted with eyes")).to_be_in_viewport()
    await composer(page).fill("/ticket ")
    await composer(page).hover()
    await expect(page.get_by_text("list mine").filter(visible=True)).to_be_visible()
    await expect(page.get_by_role("group", name="Message actions")).to_have_count(0)
    await expect(message(page, "T-6")).to_be_in_viewport(ratio=1)
    await expect(alert).to_be_in_viewport(ratio=1)
    return page


async def acting(desk, person):
    return (await desk.people.slack_user(person.id, name=person.name)).acting(Via.SLACK)


async def test_the_picture_in_the_readme_shows_the_page_as_it_is(shown):
    words = await shown.locator("body").inner_text()
    if os.environ.get("MAKE_PICTURE"):
        keep(await shown.screenshot(), words)
    with Image.open(PICTURE) as picture:
        assert picture.text["words"] == words, STALE
        assert picture.size == tuple(SIZE.values())
    assert PICTURE.stat().st_size < LARGEST


def keep(screenshot, words):
    told = PngInfo()
    told.add_itxt("words", words)
    with Image.open(io.BytesIO(screenshot)) as picture:
        few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
        few.save(PICTURE, optimize=True, pnginfo=told)
