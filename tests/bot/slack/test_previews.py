"""Messages say what they say, and not what an address in somebody's words leads to."""

from tests.bot.conftest import card_of


async def test_no_message_shows_what_an_address_in_it_leads_to(slack, file):
    await file("See https://example.com/picture.png")
    await slack.command("new", by=slack.ada)
    await slack.submit(await slack.modal(by=slack.ada), title="https://example.com/picture.png")
    await slack.until(lambda: slack.direct_messages(slack.ada))
    await slack.until(lambda: card_of(slack, "T-2"))

    posts = slack.calls_of("chat.postMessage")
    assert len(posts) >= 3
    for call in posts:
        assert (call.given["unfurl_links"], call.given["unfurl_media"]) == (False, False)
