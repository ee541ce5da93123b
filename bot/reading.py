"""How what somebody typed is read: words, references to tickets, and other words for ours.

Everything that takes typed words comes through here, so that all of them take the same.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.markup.mrkdwn import as_typed
from core.blank_text import INVISIBLE
from core.people.accounts import Hears
from core.people.api_tokens import QUOTES

# Slack's tokens may have blanks in their labels.
_WORD = re.compile(r"(?:<[^<>]*>|[^\s<]|<)+")
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
# What people put around a word: marks of mrkdwn, quotes, brackets, the end of a sentence.
_AROUND = "*_~`'\"“”„‘’«»()[]{}.,;:!?…"
_REFERENCE = re.compile(r"(?:#|[Tt]-?)?[0-9]{1,15}|[0-9a-fA-F]{24}")
_NUMBER = re.compile(r"[0-9]+")
# Words that lead to a ticket and say nothing of which.
_LEADING = frozenset(
    {"ticket", "tickets", "the", "number", "no", "of", "for", "me", "on", "to", "it"}
)
_BETWEEN = frozenset({"and", "&", "+"})
MOST_TICKETS = 20


@dataclass(frozen=True)
class Words:
    """A text of Slack's, word by word: as it was typed, and what follows each as Slack sent it."""

    typed: Sequence[str]
    _ends: Sequence[int]
    _raw: str

    @classmethod
    def of(cls, raw: str) -> "Words":
        found = list(_WORD.finditer(raw))
        return cls([as_typed(one[0]) for one in found], [one.end() for one in found], raw)

    def after(self, count: int) -> str:
        """What follows the first so many words, as Slack sent it, without blanks at its ends."""
        return self._raw[self._ends[count - 1] :].strip() if count else self._raw.strip()

    def rest(self, count: int) -> "Words":
        """Without the first so many."""
        return Words.of(self.after(count))

    def first_and_after(self, count: int) -> "Words":
        """The first, and what follows the first so many."""
        return Words.of(f"{self._raw[: self._ends[0]]} {self.after(count)}")

    def last_first(self) -> "Words":
        """Of several, the last before all others."""
        at = self._ends[-2]
        return Words.of(f"{self._raw[at:].strip()} {self._raw[:at]}")

    def __len__(self) -> int:
        return len(self.typed)

    def __bool__(self) -> bool:
        return bool(self.typed)


def bare(word: str) -> str:
    """A word without what people and programs put into and around it, in one form."""
    word = _UNSEEN.sub("", unicodedata.normalize("NFKC", word))
    word = _DASHES.sub("-", word).strip(_AROUND)
    # As a pair they are of a usage line; one alone is not: <3 is no ticket.
    return word[1:-1].strip(_AROUND) if word[:1] == "<" and word[-1:] == ">" else word


def reference(word: str) -> str | None:
    """The ticket that a word names, as the desk takes it: 42, #42, T42, T-42., or its id."""
    found = bare(word)
    if not _REFERENCE.fullmatch(found):
        return None
    return re.sub(r"^[Tt](?=[0-9])", "T-", found)


@dataclass(frozen=True)
class Named:
    """The tickets that come first in a command, and how many words that took."""

    tickets: Sequence[str]
    words: int


def named(words: Words, *, text: bool = False) -> Named:
    """One, or several parted by commas, by `and`, or each with its T or #, or nothing else at all:
    in `resolve 12 2 disks replaced` the 2 is a word. Where a `text` of its own follows, only what
    is parted by commas or `and` is meant."""
    typed = words.typed
    start = 0
    while start < len(typed) and bare(typed[start]).lower() in _LEADING:
        start += 1
    if start == len(typed) or not _parts(typed[start]):
        return Named([], 0)
    tickets, at = list(_parts(typed[start])), start + 1
    rest = [word for word in typed[at:] if word not in _BETWEEN]
    all_are = bool(rest) and all(map(_parts, rest))
    while at < len(typed):
        after_comma = typed[at - 1].rstrip().endswith((",", ";")) or typed[at - 1] in _BETWEEN
        if typed[at] in _BETWEEN and at + 1 < len(typed) and _parts(typed[at + 1]):
            at += 1
            continue
        parts = _parts(typed[at])
        marked = not text and (all_are or not _NUMBER.fullmatch(bare(typed[at])))
        if not parts or not (after_comma or marked):
            break
        tickets += parts
        at += 1
    return Named(_once(tickets), at)


def _once(tickets: Sequence[str]) -> list[str]:
    """Each as it is named first: 12, #12 and T-12 are one."""
    first: dict[str, str] = {}
    for ticket in tickets:
        number = ticket.lstrip("#Tt-")
        first.setdefault(number.lstrip("0") or number, ticket)
    return list(first.values())


def _parts(word: str) -> list[str]:
    """`1,5` names two."""
    found = [reference(part) for part in re.split("[,;]", word) if bare(part)]
    return [one for one in found if one] if all(found) else []


# What people say for our subcommands.
SYNONYMS = {
    synonym: ours
    for ours, synonyms in {
        "ack": "acknowledge acknowledged seen acked",
        "assign": "give reassign delegate",
        "claim": "take grab pick mine!",
        "close": "closed cancel",
        "comment": "reply say answer respond update",
        "edit": "rename modify correct",
        "help": "? h usage commands -h --help",
        "list": "ls tickets queue",
        "new": "create add file submit raise ticket",
        "note": "internal",
        "prio": "priority prioritise prioritize set",
        "reopen": "reopened",
        "report": "reports stats statistics",
        "resolve": "done fix fixed solve solved resolved complete completed finish finished",
        "search": "find lookup",
        "snooze": "mute silence snoozed",
        "start": "begin work",
        "status": "show info view details see get what's",
        "unassign": "unclaim release",
        "wait": "waiting pause pending park",
        "why": "explain",
    }.items()
    for synonym in synonyms.split()
}
# What people say for what a list may be narrowed by; the words of nothing are left out.
LISTED = {
    "late": "breached",
    "overdue": "breached",
    "my": "mine",
    "me": "mine",
    "everything": "all",
    "unfinished": "open",
    "unresolved": "open",
    "nobody": "unassigned",
    "unowned": "unassigned",
    "done": "resolved",
    "progress": "in_progress",
    "in-progress": "in_progress",
    "on-hold": "waiting",
    "hold": "waiting",
}
# How somebody says what they want to hear of.
HEARING = {
    "all": Hears.ALL,
    "everything": Hears.ALL,
    "needed": Hears.NEEDED,
    "nothing": Hears.NOTHING,
}


def hearing(words: Words) -> Hears | None:
    """As in: me all."""
    said = [bare(word).lower() for word in words.typed]
    return HEARING.get(said[1]) if len(said) == 2 and said[0] == "me" else None


def asks_what_is_heard(words: Words) -> bool:
    return [bare(word).lower() for word in words.typed] in ([], ["me"])


_OF_A_LIST = frozenset(
    {
        "ticket",
        "tickets",
        "priority",
        "prio",
        "the",
        "of",
        "in",
        "on",
        "please",
        "what",
        "whats",
        "what's",
        "which",
        "show",
        "with",
        "are",
        "is",
    }
)


_ONLY_TO_READ = frozenset({"read", "read-only", "readonly"})


def new_token(words: Sequence[str]) -> tuple[str, bool]:
    """What a token is to be called, without quotes around it, and whether it is only to read, as
    `read` behind that says."""
    only_to_read = len(words) > 1 and words[-1].lower() in _ONLY_TO_READ
    name = " ".join(words[:-1] if only_to_read else words)
    return name.strip(QUOTES), only_to_read


def narrowings(words: Sequence[str]) -> list[str]:
    """The words of a list in ours, without those that say nothing."""
    said = [bare(word).lower() for word in words]
    return [LISTED.get(word, word) for word in said if word not in _OF_A_LIST]
