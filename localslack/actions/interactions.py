"""What people do in the workspace, told to the bot as Slack tells it, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from localslack.api_error import Refused
from localslack.dispatch import acks, payloads
from localslack.dispatch.answer import Answer
from localslack.dispatch.noted_transport import NotedWay
from localslack.dispatch.over_http import HttpWay
from localslack.dispatch.over_socket import SocketWay
from localslack.dispatch.response_urls import ResponseUrl, ResponseUrls
from localslack.dispatch.transport import Way
from localslack.elements import elements
from localslack.elements.fields import NotPossible
from localslack.elements.tokens import in_command
from localslack.manifest import Manifest
from localslack.state.messages import Channel, Message
from localslack.state.open_views import View
from localslack.state.people import BOT_USER, Person
from localslack.state.records import Records
from localslack.state.triggers import Triggers
from localslack.state.workspace import Workspace
from localslack.validation.shape import counting_in


class Doings:
    workspace: Workspace
    manifest: Manifest
    http: HttpWay
    sockets: SocketWay
    triggers: Triggers
    response_urls: ResponseUrls
    records: Records
    base_url: str

    @property
    def way(self) -> Way:
        """HTTP while the bot's address is set, else Socket Mode if the manifest has it."""
        by_socket = self.http.events_url is None and self.manifest.socket_mode
        return NotedWay(self.sockets if by_socket else self.http, self.records)

    def channel(self, place: Channel | str) -> Channel:
        found = place if isinstance(place, Channel) else self.workspace.channel(place)
        if found is None:
            raise NotPossible(f"there is no channel {place}")
        return found

    def direct(self, person: Person) -> Channel:
        """The person's direct messages with the bot."""
        return self.workspace.direct_channel(person)

    def say(
        self,
        text: str,
        *,
        by: Person,
        channel: Channel | str = "#general",
        thread_ts: str | None = None,
    ) -> Message:
        """A person's own message. The bot hears of it only by an event sent with `event`."""
        return self.workspace.post(self._entered(channel, by), by.id, text, thread_ts=thread_ts)

    async def command(
        self,
        text: str,
        *,
        by: Person,
        channel: Channel | str = "#general",
        command: str = "/ticket",
    ) -> Answer:
        declared = self.manifest.commands.get(command)
        if declared is None:
            raise NotPossible(f"the manifest has no command {command}")
        here = self._entered(channel, by)
        typed = in_command(text, self.workspace) if declared.should_escape else text
        self.workspace.views.leave(by)
        trigger, url = self.triggers.issue(by), self.response_urls.issue(by, here)
        fields = payloads.command(command, typed.strip(), by, here)
        addresses = {"trigger_id": trigger.id, "response_url": self._address(url)}
        reply = await self.way.command({**fields, **addresses})
        answer = Answer(reply, trigger.id, url.messages)
        self._conclude(
            f"{command} {text}",
            answer,
            lambda: acks.command_answered(answer, url, self.response_urls),
        )
        return answer

    async def click(
        self,
        target: Message | View | Answer,
        what: str,
        *,
        by: Person | None = None,
        choose: Any = None,
    ) -> Answer:
        """Presses what has this action_id or text on it; `choose` is what to pick in a select."""
        seen = target.message if isinstance(target, Answer) else target
        if seen is None:
            raise NotPossible("the answer has no message to press anything in")
        return await self._click(seen, elements.find(elements.live(seen), what, choose), by)

    async def press(
        self, seen: Message | View, block_id: str, action_id: str, value: Any, *, by: Person
    ) -> Answer:
        """Presses exactly this; `value` is what it then holds, and None for a button."""
        return await self._click(
            seen, elements.at(elements.live(seen), block_id, action_id, value), by
        )

    async def submit(self, modal: View, *, by: Person | None = None, **fields: Any) -> Answer:
        """Fills in the fields with these block_ids, leaves the others as they are, and sends it."""
        return await self.submit_form(modal, fields, by=by)

    async def submit_form(
        self, modal: View, fields: Mapping[str, Any], *, by: Person | None = None
    ) -> Answer:
        """The same, whatever the fields are called."""
        person = self._before(modal, by)
        if modal.given.get("submit") is None:
            raise NotPossible(f"{modal.title!r} has nothing to submit")
        elements.fill(modal, fields, self._files_of(person))
        elements.complete(modal)
        trigger = self.triggers.issue(person, modal.stack)
        payload = payloads.submitted(modal, person, trigger_id=trigger.id)
        answer = Answer(await self.way.interaction(payload), trigger.id, submitted=modal)
        self._conclude(
            f"submission of {modal.title!r}",
            answer,
            lambda: acks.submission_answered(answer, modal, self.workspace),
        )
        return answer

    async def close(
        self, modal: View, *, by: Person | None = None, is_cleared: bool = False
    ) -> Answer | None:
        """Closes it unsent, with all beneath it if `is_cleared`. The bot hears if it asked to."""
        person = self._before(modal, by)
        if modal.is_home:
            raise NotPossible("a Home tab is left, not closed")
        payload = payloads.closed(modal, person, is_cleared=is_cleared)
        if is_cleared or modal.given.get("clear_on_close"):
            self.workspace.views.clear(modal.stack)
        self.workspace.views.close(modal)
        if not modal.given.get("notify_on_close"):
            return None
        return self._acked("view_closed", Answer(await self.way.interaction(payload)))

    async def shortcut(self, callback_id: str, *, by: Person) -> Answer:
        """A global shortcut: it has neither a channel nor a response_url."""
        self._declared(callback_id, "global")
        self._active(by)
        self.workspace.views.leave(by)
        trigger, at = self.triggers.issue(by), self.workspace.next_ts()
        payload = payloads.interaction(
            "shortcut", by, callback_id=callback_id, trigger_id=trigger.id, action_ts=at
        )
        answer = Answer(await self.way.interaction(payload), trigger.id)
        return self._acked(f"shortcut {callback_id}", answer)

    async def message_shortcut(self, callback_id: str, message: Message, *, by: Person) -> Answer:
        self._declared(callback_id, "message")
        self._reads(message, by)
        self.workspace.views.leave(by)
        trigger = self.triggers.issue(by)
        url = self.response_urls.issue(by, message.channel, message)
        payload = payloads.message_action(
            callback_id,
            message,
            self.workspace.parentage(message),
            by,
            self.workspace.next_ts(),
            trigger_id=trigger.id,
            response_url=self._address(url),
        )
        answer = Answer(await self.way.interaction(payload), trigger.id, url.messages)
        return self._acked(f"message shortcut {callback_id}", answer)

    async def _click(
        self, seen: Message | View, control: elements.Control, by: Person | None
    ) -> Answer:
        if isinstance(seen, View):
            return await self._click_in_view(seen, control, by)
        return await self._click_in_message(seen, control, by)

    async def _click_in_message(
        self, message: Message, control: elements.Control, by: Person | None
    ) -> Answer:
        person = by or self.workspace.people.get(message.ephemeral_to or "")
        if person is None:
            raise NotPossible("say who presses it: by=")
        self._reads(message, person)
        self.workspace.views.leave(person)
        trigger = self.triggers.issue(person)
        url = self.response_urls.issue(person, message.channel, message)
        addresses = {"trigger_id": trigger.id, "response_url": self._address(url)}
        action = control.action(self.workspace.next_ts())
        payload = payloads.pressed_in_message(message, person, action, **addresses)
        answer = Answer(await self.way.interaction(payload), trigger.id, url.messages)
        return self._acked(f"press of {action['action_id']}", answer)

    async def _click_in_view(
        self, view: View, control: elements.Control, by: Person | None
    ) -> Answer:
        person = self._before(view, by)
        elements.put(view, control)
        if view.is_home:
            self.workspace.changed(person)
            self.workspace.views.leave(person)
        trigger = self.triggers.issue(person, None if view.is_home else view.stack)
        action = control.action(self.workspace.next_ts())
        payload = payloads.pressed_in_view(view, person, action, trigger_id=trigger.id)
        answer = Answer(await self.way.interaction(payload), trigger.id)
        return self._acked(f"press of {action['action_id']}", answer)

    def _acked(self, what: str, answer: Answer) -> Answer:
        self._conclude(what, answer, lambda: acks.nothing_more(answer))
        return answer

    def _conclude(self, what: str, answer: Answer, follow: Callable[[], None]) -> None:
        """Follows a good ack; notes what was wrong with it, or that there was none."""
        if answer.failure:
            self._blame(answer, f"{what}: {answer.reply.reason_why} ({answer.failure})")
            return
        try:
            with counting_in(self.workspace.counts_in):
                follow()
        except Refused as refusal:
            self._blame(answer, f"{what}: {refusal.code}: {refusal}")

    def _blame(self, answer: Answer, problem: str) -> None:
        answer.problems.append(problem)
        self.workspace.problem(problem)
        self.records.blame(answer.reply, problem)

    def _address(self, url: ResponseUrl) -> str:
        return f"{self.base_url}response/{url.secret}"

    def _files_of(self, person: Person) -> dict[str, dict[str, Any]]:
        theirs = [each for each in self.workspace.files.all.values() if each.user == person.id]
        return {each.id: each.as_slack(self.base_url) for each in theirs if each.complete}

    def _declared(self, callback_id: str, kind: str) -> None:
        shortcut = self.manifest.shortcuts.get(callback_id)
        if shortcut is None or shortcut.type != kind:
            raise NotPossible(f"the manifest has no {kind} shortcut {callback_id}")

    def _entered(self, place: Channel | str, by: Person) -> Channel:
        channel = self.channel(place)
        self._active(by)
        if by.id not in channel.members:
            raise NotPossible(f"{by.name} is not in #{channel.name}")
        return channel

    def _reads(self, message: Message, by: Person) -> None:
        self._entered(message.channel, by)
        if message.deleted or message.ephemeral_to not in (None, by.id) or by.id == BOT_USER:
            raise NotPossible(f"{by.name} does not see the message {message.text!r}")

    def _before(self, view: View, by: Person | None) -> Person:
        if by not in (None, view.person):
            raise NotPossible(f"{view.title!r} is open for {view.person.name} only")
        if not view.is_open:
            raise NotPossible(f"{view.title!r} is no longer open")
        self._active(view.person)
        return view.person

    def _active(self, person: Person) -> None:
        if person.id in self.workspace.deactivated:
            raise NotPossible(f"{person.name} is deactivated")
