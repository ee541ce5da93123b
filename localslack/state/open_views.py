"""The modals that are open, stacked three deep at most as Slack's clients do, and Home tabs."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from localslack.state.people import Person

DEPTH = 3
Typed = dict[str, dict[str, dict[str, Any]]]


class StackIsFull(Exception):
    pass


@dataclass(eq=False)
class View:
    """One modal, or what stands in a Home tab; an update changes it in place."""

    id: str
    person: Person
    given: dict[str, Any]
    stack: Stack
    hash: str
    trigger_id: str = ""
    typed: Typed = field(default_factory=dict)
    """What the person has put into it since it was opened: block_id, action_id, value."""
    offered: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    """What the app has offered so far in its external selects: block_id, action_id, options."""

    @property
    def is_home(self) -> bool:
        return bool(self.given["type"] == "home")

    @property
    def blocks(self) -> list[dict[str, Any]]:
        blocks: list[dict[str, Any]] = self.given["blocks"]
        return blocks

    @property
    def title(self) -> str:
        return "Home" if self.is_home else str(self.given["title"]["text"])

    @property
    def callback_id(self) -> str:
        return str(self.given.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.given.get("private_metadata", ""))

    @property
    def is_open(self) -> bool:
        return self in self.stack.views

    def show(self, given: dict[str, Any], view_hash: str) -> None:
        """Shows something else in its place; what was typed stays where its field stays."""
        self.given = deepcopy(given)
        self.hash = view_hash
        there = {block["block_id"] for block in self.blocks}
        self.typed = {block: typed for block, typed in self.typed.items() if block in there}


@dataclass(eq=False)
class Stack:
    person: Person
    views: list[View] = field(default_factory=list)
    left: bool = False
    """The person has turned to something else since."""


class OpenViews:
    def __init__(
        self, next_id: Callable[[str], str], changed: Callable[[Person], None] = lambda _: None
    ) -> None:
        """`changed` is told whose views changed."""
        self.stacks: list[Stack] = []
        self.homes: dict[str, View] = {}
        """What was published in each person's Home tab."""
        self._by_id: dict[str, View] = {}
        self._next_id = next_id
        self._changed = changed

    def find(self, view_id: str) -> View | None:
        return self._by_id.get(view_id)

    def with_external_id(self, external_id: str) -> View | None:
        named = (v for v in self._open() if v.given.get("external_id") == external_id)
        return next(named, None)

    def open(self, person: Person, trigger_id: str, given: dict[str, Any]) -> View:
        stack = Stack(person)
        self.stacks = [*(each for each in self.stacks if each.views), stack]
        return self.push(stack, given, trigger_id)

    def push(self, stack: Stack, given: dict[str, Any], trigger_id: str = "") -> View:
        if len(stack.views) >= DEPTH:
            raise StackIsFull
        view = View(
            self._next_id("V"), stack.person, deepcopy(given), stack, self.next_hash(), trigger_id
        )
        stack.views.append(view)
        self._by_id[view.id] = view
        self._changed(stack.person)
        return view

    def publish(self, person: Person, given: dict[str, Any]) -> View:
        """A Home tab stands on no stack: nothing is pushed onto it, and it is never closed."""
        there = self.homes.get(person.id)
        if there is not None:
            self.show(there, given)
            return there
        view = self.restore_home(self._next_id("V"), person, deepcopy(given))
        self._changed(person)
        return view

    def restore_home(self, view_id: str, person: Person, given: dict[str, Any]) -> View:
        """As it was published before, and known by the same id."""
        alone = Stack(person)
        view = View(view_id, person, given, alone, self.next_hash())
        alone.views.append(view)
        self._by_id[view.id] = self.homes[person.id] = view
        return view

    def show(self, view: View, given: dict[str, Any]) -> None:
        view.show(given, self.next_hash())
        self._changed(view.person)

    def close(self, view: View) -> None:
        """Closes the view; what was beneath it shows again."""
        if view.is_open and not view.is_home:
            view.stack.views.remove(view)
            del self._by_id[view.id]
            self._changed(view.person)

    def clear(self, stack: Stack) -> None:
        for view in stack.views:
            del self._by_id[view.id]
        stack.views.clear()
        self._changed(stack.person)

    def leave(self, person: Person) -> None:
        """The person turns elsewhere: what is open now is no longer what they look at."""
        for stack in self.stacks:
            stack.left = stack.left or stack.person == person

    def front(self, person: Person) -> list[View]:
        """The modals on the person's screen, bottom first."""
        stacks = (stack for stack in reversed(self.stacks) if stack.person == person)
        return next((list(stack.views) for stack in stacks if stack.views), [])

    def before(self, person: Person, trigger_id: str | None = None) -> View | None:
        """What the person looks at, or what the interaction with that trigger has opened."""
        for stack in reversed(self.stacks):
            for view in reversed(stack.views if stack.person == person else ()):
                if view.trigger_id == trigger_id if trigger_id else not stack.left:
                    return view
        return None

    def next_hash(self) -> str:
        return f"{self._next_id('')}.hash"

    def _open(self) -> list[View]:
        stacked = [view for stack in self.stacks for view in stack.views]
        return [*stacked, *self.homes.values()]
