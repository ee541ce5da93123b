"""Which signs show nothing, or turn the text around them; the rest of the desk asks here.

Derived from Unicode 16: https://www.unicode.org/Public/16.0.0/ucd/DerivedCoreProperties.txt for
Default_Ignorable_Code_Point, https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
for direction.
"""

import re

# The inside of a regular expression's brackets, in words that JSON Schema knows too. What lies
# beyond U+FFFF stands for itself, because Python and JSON Schema write it in different ways.
CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
# What str.strip() takes away besides.
BLANK = r" \x85\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
DIRECTION = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# Default_Ignorable_Code_Point, and what else has an empty picture: the format characters U+FFF9 to
# U+FFFB, the pattern without dots in Braille, a null notehead, a filler of Khitan.
INVISIBLE = (
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
NOTHING = CONTROL + BLANK + INVISIBLE

_SOMETHING = re.compile(f"[^{NOTHING}\ud800-\udfff]")
_DIRECTION = re.compile(f"[{DIRECTION}]")


def says_something(text: str) -> bool:
    """Whether anything of it can be seen."""
    return _SOMETHING.search(text) is not None


def turns(text: str) -> bool:
    """Whether it has signs that turn the text's direction, its neighbours' included."""
    return _DIRECTION.search(text) is not None


# What opens a stretch of another direction, and what closes it.
_CLOSING = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys(
    "\u2066\u2067\u2068", "\u2069"
)


def contained(text: str) -> str:
    """A line of somebody's that turns nothing but itself: what it opens it closes, and all of it is
    a stretch of its own (https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates)."""
    if not turns(text):
        return text
    said: list[str] = []
    closing: list[str] = []
    for sign in text:
        if sign in _CLOSING.values():
            if not closing or closing[-1] != sign:
                continue
            closing.pop()
        elif sign in _CLOSING:
            closing.append(_CLOSING[sign])
        said.append(sign)
    return "".join(["\u2068", *said, *reversed(closing), "\u2069"])


def straight(text: str) -> str:
    """Without those signs; letters of a script that runs from right to left need none."""
    return _DIRECTION.sub("", text)
