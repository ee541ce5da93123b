"""A real browser in front of the local Slack: people look, type and press, as they would.

Each test leaves a picture of what was on the screen at its end in `test-output/browser/`.
"""

import re
import shutil
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import async_playwright, expect

from tests.bot.conftest import (  # noqa: F401 - fixtures
    MANIFEST,
    desk_url,
    file,
    jobs,
    program,
    settings,
    start,
    strict_slack,
    timing,
)
from tests.conftest import LONGEST_WAIT

PICTURES = Path(__file__).parents[2] / "test-output" / "browser"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET_IT = "needs Chromium: `apt-get install chromium` on Debian or Ubuntu"
NO_EMOJI = "needs a font with emoji: `apt-get install fonts-noto-color-emoji` on Debian or Ubuntu"
# Whether a face is drawn in yellow, and not as a letter or not at all, by the fonts that the page
# has for signs: there are others with faces that are letters.
DRAWS_EMOJI = """() => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = "32px 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji'";
  canvas.fillText(String.fromCodePoint(0x1F600), 0, 32);
  const {data} = canvas.getImageData(0, 0, 40, 40);
  const is_yellow = (_, at) => at % 4 == 0 && data[at] > 180 && data[at + 2] < 120;
  return data.some(is_yellow);
}"""
WIDE = {"width": 1280, "height": 800}
expect.set_options(timeout=LONGEST_WAIT * 1000)


@pytest.fixture(scope="session")
async def chromium():
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        pytest.skip(HOW_TO_GET_IT)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def emoji_font(chromium):
    """For what cannot be seen on a machine without one."""
    page = await chromium.new_page()
    draws_emoji = await page.evaluate(DRAWS_EMOJI)
    await page.close()
    if not draws_emoji:
        pytest.skip(NO_EMOJI)


@pytest.fixture
def manifest():
    return MANIFEST


@pytest.fixture
async def slack(manifest, clock):
    """A workspace whose clock is the desk's; nothing that Slack would object to may be sent."""
    async with strict_slack(manifest, now=lambda: clock().timestamp()) as slack:
        yield slack


@asynccontextmanager
async def looked_after(browser, address, clock, **options):
    """A page of which is known at the end that nothing went wrong in it, and nothing elsewhere."""
    context = await browser.new_context(
        **{"viewport": WIDE, "locale": "en-GB", "timezone_id": "Europe/Berlin", **options}
    )
    context.set_default_timeout(LONGEST_WAIT * 1000)
    page = await context.new_page()
    await page.clock.set_fixed_time(clock())
    wrong = []
    page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: here(request.url, address) or wrong.append(request.url))
    yield page
    await context.close()
    assert wrong == []


def here(url, address):
    at = urlsplit(url)
    return at.scheme in ("data", "blob") or at.netloc == urlsplit(address).netloc


@pytest.fixture
async def look(chromium, slack, clock, request):
    """Opens the page as one of the people, in a window of their own."""
    pages = []
    async with AsyncExitStack() as windows:

        async def opened(person, channel=None, **options):
            page = await windows.enter_async_context(
                looked_after(chromium, slack.base_url, clock, **options)
            )
            place = slack.channel(channel or "#helpdesk").id
            await page.goto(f"{slack.base_url}#as={person.id}&channel={place}")
            pages.append(page)
            return page

        yield opened
        await photograph(pages, request.node.name)


async def photograph(pages, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    kind = re.sub(r"\W+", "-", name.removeprefix("test_")).strip("-")
    for number, page in enumerate(pages, 1):
        suffix = f"-{number}" if len(pages) > 1 else ""
        await page.screenshot(path=PICTURES / f"{kind}{suffix}.png")
