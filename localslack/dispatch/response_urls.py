"""response_url: five uses in thirty minutes, for whoever did something."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from localslack.api_error import Refused, refuse_all
from localslack.state.messages import Channel, Message
from localslack.state.people import BOT_USER, Person
from localslack.state.workspace import Workspace
from localslack.validation import message_objections

USES = 5
LIFETIME = 30 * 60.0
REMEMBERED = 2 * LIFETIME
"""So that one which has expired is not taken for one that never was."""
TAKES = {
    "text",
    "blocks",
    "metadata",
    "mrkdwn",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "unfurl_links",
    "unfurl_media",
}


@dataclass
class ResponseUrl:
    secret: str
    by: Person
    channel: Channel
    original: Message | None
    """The message that was pressed; a command has none."""
    at: float
    uses: int = 0
    messages: list[Message] = field(default_factory=list)


class ResponseUrls:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, by: Person, channel: Channel, original: Message | None = None) -> ResponseUrl:
        url = ResponseUrl(secrets.token_hex(8), by, channel, original, self._workspace.now())
        self._issued[url.secret] = url
        self._forget(url.at - REMEMBERED)
        return url

    def use(self, secret: str, given: dict[str, Any]) -> None:
        url = self._issued.get(secret)
        if url is None:
            raise Refused("no_such_url", "no response_url like that was given out", status=404)
        if self._workspace.now() - url.at > LIFETIME:
            raise Refused("expired_url", "a response_url lives 30 minutes", status=404)
        if url.uses >= USES:
            raise Refused("used_url", f"a response_url is good for {USES} uses", status=404)
        url.uses += 1
        self.respond(url, given)

    def respond(self, url: ResponseUrl, given: dict[str, Any]) -> None:
        """Does what a response says, whether it was posted to the url or came with the ack."""
        well_formed(given)
        if on(given, "replace_original") or on(given, "delete_original"):
            self._change(url, given)
        else:
            self._add(url, given)

    def _forget(self, before: float) -> None:
        past = [secret for secret, url in self._issued.items() if url.at < before]
        for secret in past:
            del self._issued[secret]

    def _change(self, url: ResponseUrl, given: dict[str, Any]) -> None:
        original = url.original
        if original is None:
            said = "a command has no original message: replace_original does nothing"
            raise Refused("invalid_arguments", said, status=400)
        if original.deleted:
            raise Refused("message_not_found", problem=False, status=404)
        if on(given, "delete_original"):
            self._workspace.delete(original)
            return
        refuse_all(message_objections(given))
        self._workspace.edit(original, given["text"], given.get("blocks") or [])
        url.messages.append(original)

    def _add(self, url: ResponseUrl, given: dict[str, Any]) -> None:
        refuse_all(message_objections(given))
        if url.original is not None and "replace_original" not in given:
            said = "say replace_original, true or false: its default is not to be relied on"
            raise Refused("invalid_arguments", said, status=400)
        everyone = given.get("response_type") == "in_channel"
        message = self._workspace.post(
            url.channel,
            BOT_USER,
            given["text"],
            blocks=given.get("blocks"),
            thread_ts=given.get("thread_ts"),
            ephemeral_to=None if everyone else url.by.id,
        )
        url.messages.append(message)


def well_formed(given: dict[str, Any]) -> None:
    unknown = sorted(given.keys() - TAKES)
    if unknown:
        said = f"a response does not take {', '.join(unknown)}"
        raise Refused("invalid_arguments", said, status=400)
    if given.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        said = f"response_type is ephemeral or in_channel, not {given['response_type']!r}"
        raise Refused("invalid_arguments", said, status=400)


def on(given: dict[str, Any], name: str) -> bool:
    return str(given.get(name, "")).lower() == "true"
