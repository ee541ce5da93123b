"""What counts as a word where tickets are searched: as MongoDB's text index takes texts apart, so
that there is no syntax in what people look for. Quotes, minus signs and operators part words."""

import re
import unicodedata

# Of those that somebody looks for.
MOST_WORDS = 20
MOST_CHARACTERS = 1_500
# Which have no width, and stand within words.
_JOINERS = {"\u200c", "\u200d"}
# Below are signs that MongoDB takes for the end of a word; emoji are words.
_EMOJI = "\U0001f000"


def words(text: str) -> list[str]:
    """Its different words as they are written, each once, in their order."""
    found = re.sub(r"\W", _kept, unicodedata.normalize("NFC", text)).split()
    different: dict[str, str] = {}
    for word in found:
        different.setdefault(folded(word), word)
    return list(different.values())


def asked_words(text: str) -> list[str]:
    """Those that are looked for: the first so many of them."""
    asked: list[str] = []
    for word in words(text[: 10 * MOST_CHARACTERS])[:MOST_WORDS]:
        if sum(map(len, asked)) + len(word) <= MOST_CHARACTERS:
            asked.append(word)
    return asked


def folded(word: str) -> str:
    """Without capitals and accents."""
    parts = unicodedata.normalize("NFKD", word.lower())
    bare = "".join(one for one in parts if unicodedata.category(one) != "Mn")
    return unicodedata.normalize("NFC", bare) or word


def _kept(sign: re.Match[str]) -> str:
    """A sign that is neither letter nor digit, or a blank in its place."""
    one = sign[0]
    is_mark = unicodedata.category(one)[0] == "M"
    is_emoji = one >= _EMOJI and unicodedata.category(one)[0] == "S"
    return one if is_mark or is_emoji or one in _JOINERS else " "
