"""What Slack asks of an app and needs an answer to: options for a menu, its address's proof."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qs

from localslack.actions.interactions import Doings
from localslack.api_error import Refused, refuse_all
from localslack.dispatch import payloads
from localslack.dispatch.answer import Answer
from localslack.dispatch.transport import Retry
from localslack.elements import elements
from localslack.elements.fields import NotPossible
from localslack.state.messages import Message
from localslack.state.open_views import View
from localslack.state.people import Person
from localslack.validation import option_objections

LEAST_QUERY = 3
"""Slack's own, where an element does not say min_query_length."""


class Questions(Doings):
    async def suggest(
        self,
        target: Message | View,
        block_id: str,
        action_id: str,
        query: str,
        *,
        by: Person,
    ) -> Answer:
        """What is typed into an external select; the answer's `suggested` holds what it offers."""
        element = self._asking(target, block_id, action_id, by)
        least = element.get("min_query_length", LEAST_QUERY)
        if len(query) < least:
            raise NotPossible(f"{action_id} asks from {least} characters on, not for {query!r}")
        payload = payloads.suggestion(target, by, block_id, action_id, query)
        answer = Answer(await self.way.interaction(payload))
        self._conclude(
            f"options for {action_id}", answer, lambda: offer(answer, target, block_id, action_id)
        )
        return answer

    async def verify_url(self) -> Answer:
        """Whether the app answers at its address, as Slack asks when one is entered."""
        if self.http.events_url is None:
            raise NotPossible("there is no address to verify: set events_url first")
        challenge = secrets.token_urlsafe(32)
        payload = payloads.url_verification(challenge)
        answer = Answer(await self.way.event(payload, Retry(0, "")))
        self._conclude("url_verification", answer, lambda: prove(answer, challenge))
        return answer

    def _asking(
        self, target: Message | View, block_id: str, action_id: str, by: Person
    ) -> dict[str, Any]:
        if isinstance(target, View):
            self._before(target, by)
        else:
            self._reads(target, by)
        for block, element in elements.elements(target.blocks):
            here = block["block_id"] == block_id and element.get("action_id") == action_id
            if here and element["type"] in elements.EXTERNAL:
                return element
        raise NotPossible(f"there is no select {action_id} in {block_id} that asks the app")


def offer(answer: Answer, target: Message | View, block_id: str, action_id: str) -> None:
    """Keeps what was offered: only that can be chosen."""
    said = answer.json
    refuse_all(option_objections(said))
    answer.suggested = said
    groups = said.get("option_groups") or [{"options": said.get("options", [])}]
    new = [option for group in groups for option in group["options"]]
    offered = target.offered.setdefault(block_id, {})
    values = {each["value"] for each in new}
    old = [each for each in offered.get(action_id, []) if each["value"] not in values]
    offered[action_id] = [*new, *old]


def prove(answer: Answer, challenge: str) -> None:
    """The challenge comes back as plain text, as a form or as JSON."""
    text = answer.body.decode(errors="replace").strip()
    said = answer.json.get("challenge") if isinstance(answer.json, dict) else None
    if challenge not in (text, said, *parse_qs(text).get("challenge", [])):
        raise Refused("challenge_failed", f"the challenge was not answered, but {text[:80]!r}")
