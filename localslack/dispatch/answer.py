"""What a person sees for what they did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from localslack.elements import elements
from localslack.state.messages import Blocks, Message
from localslack.state.open_views import View
from localslack.state.reply import Reply


@dataclass
class Answer:
    """One interaction's outcome; `messages` grows while the bot uses its response_url."""

    reply: Reply
    trigger_id: str = ""
    messages: list[Message] = field(default_factory=list)
    """What the ack and the response_url brought, in order."""
    errors: dict[str, str] = field(default_factory=dict)
    """Beside the fields of a modal, by block_id."""
    submitted: View | None = None
    view: View | None = None
    """What the ack put in the modal's place or on top of it."""
    suggested: dict[str, Any] = field(default_factory=dict)
    """The `options` or `option_groups` that the app offers for what was typed."""
    attempts: int = 1
    problems: list[str] = field(default_factory=list)
    """What was wrong with it, or that there was none."""

    @property
    def status(self) -> int:
        """0 when there was no answer at all; `failure` says why."""
        return self.reply.status

    @property
    def seconds(self) -> float:
        return self.reply.seconds

    @property
    def failure(self) -> str:
        return self.reply.failure

    @property
    def body(self) -> bytes:
        return self.reply.body

    @property
    def json(self) -> Any:
        return self.reply.json

    @property
    def message(self) -> Message | None:
        return self.messages[-1] if self.messages else None

    @property
    def text(self) -> str:
        return self.message.text if self.message else ""

    @property
    def blocks(self) -> Blocks:
        return self.message.blocks if self.message else []

    @property
    def buttons(self) -> list[str]:
        """What stands on the things that can be pressed."""
        return elements.labels(self.blocks)

    @property
    def closed(self) -> bool:
        return self.submitted is not None and not self.submitted.is_open
