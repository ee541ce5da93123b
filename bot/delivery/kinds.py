"""What the kinds of messages that a ticket owes differ in; the way that they take is the same."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.markup.blocks import Message
from core.store import Delivery
from core.store.delivery.changes import Change


@dataclass(frozen=True)
class Kind:
    words: Callable[[Delivery], Message]
    # What is said instead where Slack takes none of the words.
    plainly: Callable[[Delivery], str]
    # Goes to a person, whose messages nobody can read: what is in doubt is said again.
    direct: bool = False
    # By which it is found in the channel again.
    identity: Callable[[Delivery], str] = lambda one: one.id
    # Stands in a thread; what becomes of it if that takes nothing.
    elsewhere: Callable[[Delivery], Change] | None = None
    # Whether whom it is for wants to hear of it.
    wanted: Callable[[Delivery], Awaitable[bool]] | None = None
    # Whether there is anything to be said still.
    stands: Callable[[Delivery], bool] = lambda one: True
    # Stays in the list when it is settled, and is edited as its ticket changes.
    lasting: bool = True
