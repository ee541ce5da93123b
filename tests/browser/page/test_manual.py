"""The manual in a real browser: it shows the API, tries it, and forgets who tried."""

import pytest

from tests.browser.conftest import WIDE, here


@pytest.fixture
async def manual(chromium, rest_url):
    """By the real clock, which Swagger UI waits by; nothing may go wrong, or be asked elsewhere."""
    context = await chromium.new_context(viewport=WIDE)
    page = await context.new_page()
    wrong = []
    page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: here(request.url, rest_url) or wrong.append(request.url))
    await page.goto(f"{rest_url}/docs/")
    yield page
    await context.close()
    assert wrong == []


async def test_what_it_shows_can_be_tried_in_it(manual):
    health = manual.locator("#operations-Health-healthz_health")
    await health.get_by_role("button").first.click()
    # What it shows of the answer is there only once the page has read the description.
    await health.locator(".responses-table .response").first.wait_for()
    await health.get_by_role("button", name="Execute").click()

    answer = health.locator(".live-responses-table")
    await answer.get_by_text('"ok"').first.wait_for()


async def test_a_token_is_gone_with_the_page(manual, ada):
    token = ada.headers["Authorization"].removeprefix("Bearer ")
    await manual.get_by_role("button", name="Authorize").click()
    await manual.locator(".auth-container input").fill(token)
    await manual.locator(".auth-container").locator("button", has_text="Authorize").click()
    await manual.locator(".auth-container").locator("button", has_text="Logout").wait_for()

    kept = await manual.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    await manual.reload()
    await manual.get_by_role("button", name="Authorize").click()
    await manual.locator(".auth-container input").wait_for()

    assert token not in kept
    assert await manual.locator(".auth-container").locator("button", has_text="Logout").count() == 0
