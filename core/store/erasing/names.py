"""Where somebody is named in what others wrote."""

import re
from collections.abc import Collection

# What stands in the place of words, and of a name among them.
ERASED_WORDS = "(erased)"


def pattern(names: Collection[str], also: Collection[str]) -> re.Pattern[str] | None:
    """Finds whole words alone, in any case, however they are spaced.

    A name of one word may be a word that means something else: it counts with an @ before it.
    Names of several words, addresses, and what is `also` to go count wherever they stand.
    """
    found = {_anywhere(name) for name in also if name.split()}
    for name in filter(str.split, names):
        alone = len(name.split()) == 1 and "@" not in name
        found.add(f"@{re.escape(name.strip())}" if alone else _anywhere(name))
    if not found:
        return None
    # The longest first: what begins with another name is not left as a part.
    either = "|".join(sorted(found, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def without(text: str, named: re.Pattern[str] | None) -> str:
    return named.sub(ERASED_WORDS, text) if named else text


def _anywhere(name: str) -> str:
    return "@?" + r"\s+".join(map(re.escape, name.split()))
