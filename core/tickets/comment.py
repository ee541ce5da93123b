"""What is said on a ticket, and where in Slack it was said."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from core.people.accounts import Person


class SlackMessage(NamedTuple):
    """A message in Slack: in its channel there is no other of this time, for ever."""

    channel: str
    ts: str

    @property
    def at(self) -> datetime:
        return slack_time(self.ts)


class SlackFile(NamedTuple):
    """What went with a message; its content stays in Slack."""

    name: str
    # Such as image/png; empty where Slack says none.
    type: str
    # In bytes; None where Slack says none.
    size: int | None
    permalink: str


def slack_time(ts: str) -> datetime:
    """When that was, cut to milliseconds as all times are."""
    microseconds = int(ts.replace(".", ""))
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=microseconds // 1000)


class Comment(NamedTuple):
    id: str
    # Empty once it is withdrawn.
    message: str
    author: Person
    created_at: datetime
    internal: bool = False
    # Not there for what was not said in a message.
    source: SlackMessage | None = None
    # Slack's time of the latest edit of that message.
    edited: str | None = None
    # The thread that it stands in already, said with a verb or added from there; not kept.
    thread: tuple[str, str] | None = None
    files: tuple[SlackFile, ...] = ()

    @property
    def withdrawn(self) -> bool:
        return not self.message
