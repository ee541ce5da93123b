"""What becomes of a verb that the desk hears of long after it was said."""

from datetime import datetime, timedelta

from bot.invocation import Invocation
from bot.markup.blocks import Message
from bot.markup.mrkdwn import escaped, local_time
from core.store import ReadingStore

# How long somebody waits for an answer, and means it to be quiet now.
LATE = timedelta(hours=1)
# They change nothing, and what they answer is what they are for.
ASKING = frozenset({"status", "list", "search", "why", "edit", "sla", "report", "digest", "help"})
# Words stay true.
_SAYING = frozenset({"new", "comment", "note"})
_PASSING = frozenset({"ack", "snooze"})


async def instead(
    invocation: Invocation, readings: ReadingStore, *, said_at: datetime, now: datetime
) -> Message | None:
    """What its author is told in place of its being done, which is nothing where they only asked;
    None if it is to be done still."""
    verb, is_late = invocation.verb, now - said_at > LATE
    if verb in _SAYING:
        return None
    if verb in ASKING:
        return {} if is_late else None
    tickets = invocation.named.tickets
    if verb in _PASSING and is_late:
        why = "it was meant for then"
    elif await readings.changed_since(tickets, said_at, but=invocation.key):
        why = f"{escaped(', '.join(tickets))} changed meanwhile"
    else:
        return None
    return {
        "text": f"The desk heard only now what you said {local_time(said_at)}: "
        f"`{escaped(verb)}`. Nothing was done, as {why}: say it again if it still holds."
    }
