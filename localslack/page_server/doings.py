"""What people do on the page, done in the workspace, and what the page is told of it."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from localslack.actions.messages import Talk
from localslack.dispatch.answer import Answer
from localslack.elements.fields import NotPossible
from localslack.page_server import shown
from localslack.state.messages import Channel, Message
from localslack.state.open_views import View
from localslack.state.people import Person

Outcome = dict[str, Any]


class Done:
    """One thing that somebody did: who, where, with what."""

    def __init__(self, slack: Talk, given: dict[str, Any]) -> None:
        self._slack = slack
        self._given = given

    def text(self, name: str, default: str | None = None) -> str:
        value = self._given.get(name)
        if value is None:
            value = default
        if not isinstance(value, str):
            raise web.HTTPBadRequest(text=f"{name} must be a text.")
        return value

    def maybe(self, name: str) -> str | None:
        return self.text(name, "") or None

    def flag(self, name: str) -> bool:
        return self._given.get(name) is True

    def value(self) -> Any:
        return self._given.get("value")

    def values(self) -> dict[str, Any]:
        values = self._given.get("values", {})
        if not isinstance(values, dict):
            raise web.HTTPBadRequest(text="values must be an object.")
        return values

    def file(self) -> web.FileField:
        part = self._given.get("file")
        if not isinstance(part, web.FileField):
            raise web.HTTPBadRequest(text="There must be a file.")
        return part

    @property
    def by(self) -> Person:
        person = self._slack.workspace.people.get(self.text("as"))
        if person is None or person.is_bot:
            raise NotPossible(f"nobody here is {self.text('as')}")
        return person

    @property
    def channel(self) -> Channel:
        return self._slack.channel(self.text("channel"))

    @property
    def message(self) -> Message:
        message = self._slack.workspace.find(self.channel, self.text("ts"))
        if message is None or message.deleted:
            raise NotPossible("this message is no longer there")
        return message

    @property
    def view(self) -> View:
        view = self._slack.workspace.views.find(self.text("view_id"))
        if view is None:
            raise NotPossible("this is no longer open")
        return view

    @property
    def target(self) -> Message | View:
        return self.view if self.maybe("view_id") else self.message


class PageDoings:
    """Who says something, changes it or reacts does not wait for the app, which hears of it."""

    def __init__(self, slack: Talk) -> None:
        self._slack = slack

    async def say(self, done: Done) -> Outcome:
        await self._slack.post(
            done.text("text"),
            by=done.by,
            channel=done.channel,
            thread_ts=done.maybe("thread_ts"),
            broadcast=done.flag("broadcast"),
            waits=False,
        )
        return {}

    async def edit(self, done: Done) -> Outcome:
        await self._slack.edit(done.message, done.text("text"), by=done.by, waits=False)
        return {}

    async def delete(self, done: Done) -> Outcome:
        await self._slack.delete(done.message, by=done.by, waits=False)
        return {}

    async def command(self, done: Done) -> Outcome:
        name, text = done.text("command"), done.text("text", "")
        answer = await self._slack.command(text, by=done.by, channel=done.channel, command=name)
        return self._outcome(answer, name)

    async def invite(self, done: Done) -> Outcome:
        await self._slack.invite(self._called(done.text("who")), done.channel, by=done.by)
        return {}

    def _called(self, who: str) -> Person:
        """By a mention, or by name."""
        mentioned = re.fullmatch(r"<@(\w+)(?:\|[^>]*)?>", who)
        name = who.removeprefix("@").casefold()
        for person in self._slack.workspace.people.values():
            if person.id == (mentioned and mentioned[1]) or name in (
                person.name.casefold(),
                person.real_name.casefold(),
            ):
                return person
        raise NotPossible(f"nobody here is {who}")

    async def press(self, done: Done) -> Outcome:
        block_id, action_id = done.text("block_id"), done.text("action_id")
        answer = await self._slack.press(done.target, block_id, action_id, done.value(), by=done.by)
        return self._outcome(answer, "This")

    async def submit(self, done: Done) -> Outcome:
        answer = await self._slack.submit_form(done.view, done.values(), by=done.by)
        return {**self._outcome(answer, "Sending this"), "errors": answer.errors}

    async def close(self, done: Done) -> Outcome:
        await self._slack.close(done.view, by=done.by, is_cleared=done.flag("cleared"))
        return {}

    async def shortcut(self, done: Done) -> Outcome:
        name = done.text("callback_id")
        if done.maybe("ts"):
            answer = await self._slack.message_shortcut(name, done.message, by=done.by)
        else:
            answer = await self._slack.shortcut(name, by=done.by)
        return self._outcome(answer, self._slack.manifest.shortcuts[name].name or name)

    async def suggest(self, done: Done) -> Outcome:
        block_id, action_id = done.text("block_id"), done.text("action_id")
        query = done.text("query", "")
        answer = await self._slack.suggest(done.target, block_id, action_id, query, by=done.by)
        return {**(answer.suggested or {}), **self._outcome(answer, "Loading this")}

    async def react(self, done: Done) -> Outcome:
        name, on = done.text("name"), done.flag("on")
        await self._slack.react(done.message, name, by=done.by, on=on, waits=False)
        return {}

    async def home(self, done: Done) -> Outcome:
        answer = await self._slack.open_home(done.by)
        return self._outcome(answer, "Opening the Home tab") if answer else {}

    async def upload(self, done: Done) -> Outcome:
        """Without a channel, the file waits for the form that it is to be sent with."""
        part, by = done.file(), done.by
        channel = done.channel if done.maybe("channel") else None
        content = part.file.read()
        file = self._slack.upload(part.filename, content, by=by, mimetype=part.content_type)
        if channel is not None:
            await self._slack.post(
                done.text("text", ""),
                by=by,
                channel=channel,
                thread_ts=done.maybe("thread_ts"),
                files=[file],
                waits=False,
            )
        return {"file": shown.file(file.as_slack(self._slack.base_url))}

    def _outcome(self, answer: Answer, what: str) -> Outcome:
        """What Slack's client would tell the person, in more words."""
        if answer.failure:
            why = f"{answer.reply.reason_why} ({answer.failure})"
            return {"ok": False, "error": f"{what} failed: {why}."}
        if answer.problems:
            said = "the app's answer was refused, and the panel of requests says why"
            return {"ok": False, "error": f"{what} failed: {said}."}
        return {}
