"""An alert from soon late to acknowledged to resolved, with the board beside it."""

import pytest
from playwright.async_api import expect

from tests.browser.acts import message, thread
from tests.browser.conftest import photograph


@pytest.fixture
async def desk(store, start):
    async with start(soon_percent=75):
        yield


async def test_an_alert_from_soon_late_to_resolved(look, slack, desk, clock):
    page = await look(slack.olga)
    board = message(page, "What is late").first

    async def step(name, *said):
        """What the board says by now, and a picture of it all."""
        for words in said:
            await expect(board).to_contain_text(words)
        await board.scroll_into_view_if_needed()
        await photograph([page], f"alert story {name}")

    await slack.command("new high VPN is down", by=slack.ada)
    clock.forward(hours=3, milliseconds=1)
    await page.clock.set_fixed_time(clock())
    soon = message(page, "T-1 will be late soon")
    await expect(soon).to_contain_text("Nobody has it")
    await step("1 soon late", "Soon late: 1", "T-1 VPN is down")

    clock.forward(hours=1)
    await page.clock.set_fixed_time(clock())
    late = message(page, "T-1 is late:").last
    await expect(late.get_by_role("button", name="Acknowledge T-1")).to_be_visible()
    await step("2 late", "Late: 1", "nobody has it")

    await late.get_by_role("button", name="Acknowledge T-1").click()
    await expect(late).to_contain_text("Acknowledged by olga")
    await step("3 acknowledged", "Acknowledged: 1", "acknowledged by olga until")

    await late.get_by_role("button", name="Resolve T-1").click()
    await expect(message(page, "T-1 was late").last).to_contain_text("is resolved")
    await step("4 resolved", "Nothing is late.")

    await board.get_by_role("button", name="3 replies").click()
    for line in ("T-1 is late", "T-1 is acknowledged by", "T-1 is resolved"):
        await expect(thread(page).get_by_text(line)).to_be_visible()
    await step("5 its thread")
