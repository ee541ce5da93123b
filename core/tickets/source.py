"""The Slack message that a ticket was made from."""

from typing import NamedTuple


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


def is_direct(channel: str) -> bool:
    """Between one person and the desk, where nobody else reads."""
    return channel.startswith("D")
