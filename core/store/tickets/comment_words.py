"""The words of a ticket's comments and notes, as they stand in its document to be searched.

Each different word stands there once, and of very many not all: MongoDB makes all keys of a
ticket's words anew at each change of a field that is indexed, whichever that is. A collection has
one index of words, which cannot be asked about some of its fields only: so that nobody finds a
ticket by words of its notes but who may read them, these are in another alphabet. Each byte of
such a word is a character that Unicode leaves to private use, of which no word that somebody looks
for has any (core/tickets/finding/words.py): what is public can neither be mistaken for it nor be a
part of it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from core.tickets.finding.words import folded, words

_PRIVATE = 0xE000
# Different words of a ticket's comments, beyond which those of new comments are not found.
MOST_WORDS = 5_000


def in_notes(word: str) -> str:
    """How it stands if a note has it."""
    return "".join(chr(_PRIVATE + byte) for byte in folded(word).encode())


def searched(comments: Iterable[Mapping[str, Any]]) -> list[str]:
    """The different words of these comments and notes, as they stand in the document."""
    found: dict[str, None] = {}
    for comment in comments:
        internal = comment.get("internal", False)
        for word in words(comment["message"]):
            found[in_notes(word) if internal else word.lower()] = None
    return list(found)


def added(comments: Sequence[Mapping[str, Any]], *, gone: Collection[str] = ()) -> dict[str, Any]:
    """The field of words with those of some comments more, and others gone, as a part of an
    update."""
    before: dict[str, Any] = {"$ifNull": ["$words", []]}
    if gone:
        before = {"$setDifference": [before, {"$literal": list(gone)}]}
    after = {"$setUnion": [before, {"$literal": searched(comments)[:MOST_WORDS]}]}
    full = {"$gte": [{"$size": before}, MOST_WORDS]}
    return {"words": {"$cond": [full, before, after]}}


def gone(
    old: Mapping[str, Any], new: Mapping[str, Any], others: Iterable[Mapping[str, Any]]
) -> set[str]:
    """Which words go with the old words of a comment: those that no other comment has."""
    left = set(searched([old])) - set(searched([new]))
    for other in others:
        if not left:
            break
        left -= set(searched([other]))
    return left
