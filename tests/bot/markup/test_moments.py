"""How a moment stands in a sentence: each reader's Slack says "today at 23:12", which may follow
an "until" or a "since", but no "by"."""

import re
from pathlib import Path

import pytest

from tests.bot.conftest import rich_words

SOURCES = sorted((Path(__file__).parents[3] / "bot").rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_no_sentence_says_by_when(source):
    assert not re.search(
        r"\bby (\{(local_time|moment)\(|\", (local_time|moment)\()", source.read_text()
    )


async def test_a_receipt_says_when_one_hears_from_us_at_the_latest(slack, desk_url, clock):
    receipt = await slack.command("new high VPN is down", by=slack.ada)

    said = rich_words(receipt.blocks[0])
    assert "\nYou hear from us 2026-03-02 10:00 UTC at the latest. It has high" in said
