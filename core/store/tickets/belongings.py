"""What is kept of a ticket elsewhere than in its document: it goes with it."""

from collections.abc import Callable, Mapping, Sequence

from core.store.mapping import Document

# What is read of the tickets for that.
NAMED_BY: Document = {"source": 1, "deliveries.to": 1, "deliveries.ts": 1}
# By collection, the filter for what belongs to these tickets, which an index answers.
BELONGINGS: Mapping[str, Callable[[Sequence[Document]], Document]] = {
    "full_tickets": lambda tickets: {"_id": {"$in": [one["_id"] for one in tickets]}},
    "thread_readings": lambda tickets: {"_id": {"$in": [*_threads(tickets)]}},
    "timelines": lambda tickets: {"ticket": {"$in": [one["_id"] for one in tickets]}},
}


def belonging(tickets: Sequence[Document]) -> Mapping[str, Document]:
    """By collection, the filter for all of it."""
    return {name: of(tickets) for name, of in BELONGINGS.items()}


def _threads(tickets: Sequence[Document]) -> set[str]:
    """The threads of their messages, and of those that they were made from."""
    said = [
        (one.get("to"), one.get("ts")) for each in tickets for one in each.get("deliveries", ())
    ]
    said += [
        (each["source"]["channel"], each["source"]["ts"]) for each in tickets if "source" in each
    ]
    return {f"{channel}:{ts}" for channel, ts in said if channel and ts}
