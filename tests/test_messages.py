"""The page with all that the desk says is what the code says."""

import os
from pathlib import Path

from tests.support.sentences import page

PAGE = Path(__file__).parents[1] / "docs" / "messages.md"


def test_the_page_of_messages_is_what_the_code_says():
    now = page()
    if os.environ.get("MAKE_MESSAGES"):
        PAGE.write_text(now)
    assert PAGE.read_text() == now, "docs/messages.md is stale: make messages"
