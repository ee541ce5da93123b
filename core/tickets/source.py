"""The Slack message that a ticket was made from."""

import hashlib
from typing import NamedTuple, Self


class Source(NamedTuple):
    """A message is known by its channel and its ts for ever. Of one in a thread this is the parent
    of the thread: what is said under it is about one ticket."""

    channel: str
    ts: str
    # Its address in Slack, if that was known.
    link: str = ""

    @property
    def is_direct(self) -> bool:
        return is_direct(self.channel)


class Wording(NamedTuple):
    """In whose words a ticket is, as far as nobody has given it others: those of the message that
    it was made from, be it a reply; when that was edited last, and digests of what it said."""

    ts: str
    # Slack's time of its latest edit; empty if there was none.
    edited: str
    title: str
    description: str

    @classmethod
    def of(cls, ts: str, title: str, description: str, *, edited: str = "") -> Self:
        return cls(ts, edited, digest(title), digest(description))


def digest(words: str) -> str:
    """The same however they are spaced."""
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:12]


def is_direct(channel: str) -> bool:
    """Between one person and the desk, where nobody else reads."""
    return channel.startswith("D")
