"""Emoji as people type and paste them, by the names under which Slack hands them on.

The page's own table names them, which has the usual ones; others, and what is joined of several,
stay signs.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_TONES = "\U0001f3fb-\U0001f3ff"
_JOINER = "\u200d"


@cache
def names() -> dict[str, str]:
    """By sign. Those that are letters too end with U+FE0F, which makes a picture of them."""
    table = (files("localslack") / "page" / "words" / "emoji.js").read_text(encoding="utf-8")
    named: dict[str, str] = {}
    for group in re.findall(r"`([^`]*)`", table.partition("};")[0]):
        words = group.split()
        for name, sign in zip(words[::2], words[1::2], strict=True):
            named.setdefault(sign, name)
    return named


def pattern() -> str:
    """A sign with a name, with the tone of its skin; nothing that is part of another."""
    signs = "|".join(map(re.escape, sorted(names(), key=len, reverse=True)))
    return rf"(?<!{_JOINER})(?:{signs})\ufe0f?[{_TONES}]?(?![{_JOINER}{_TONES}\ufe0f\u20e3])"


def name_of(sign: str) -> str:
    """With the tone, as fire or +1::skin-tone-4."""
    bare = re.sub(rf"[{_TONES}]\Z", "", sign)
    name = names().get(bare) or names()[bare.rstrip("\ufe0f")]
    return name if bare == sign else f"{name}::skin-tone-{ord(sign[-1]) - 0x1F3FB + 2}"
