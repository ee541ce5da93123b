"""What people do in the Home tab: they open it, choose, turn pages, and press."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.home.place import WORDS, Place
from bot.home.tabs import HomeTabs
from bot.home.view import HEARS, LIST, NEW, PREFIX, SEARCH, TURNS
from bot.runtime.background import Background
from bot.slack.error_answers import Outdated
from bot.slack.receiver.workspace import Workspace
from bot.slack.replies import opened
from bot.slack.users import acting
from bot.tickets.buttons import already, done, key_of, one_of
from bot.tickets.card import STATUS_AFTER
from bot.tickets.form import new_ticket_modal, within
from core.desk import Desk
from core.desk.home import HomeLists
from core.desk.tickets.lookups import NOTHING_ASKED
from core.errors import DeskError
from core.people.accounts import Hears
from core.tickets.finding.home import HomeList
from core.tickets.finding.words import asked_words

OPENED = "app_home_opened"
C = TypeVar("C", HomeList, Hears)


def is_opened(body: Mapping[str, Any]) -> bool:
    return bool((body.get("event") or {}).get("type") == OPENED)


def register(
    app: AsyncApp, desk: Desk, background: Background, workspace: Workspace, tabs: HomeTabs
) -> None:
    lists = HomeLists(desk)

    @app.event(OPENED)
    async def looked_at(event: dict[str, Any], body: dict[str, Any]) -> None:
        if event.get("tab") != "home":
            return
        try:
            # It is no message, of which Slack may tell us too few.
            workspace.check({**body, "event": None})
        except DeskError as error:
            background.start(tabs.refuse(event["user"], error))
        else:
            background.start(tabs.show(event["user"], Place()))

    @app.action(LIST)
    async def chosen(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        by, which = await acting(desk, body["user"]), _one_of(HomeList, action)
        await lists.choose(which, by=by)
        await ack()
        background.start(tabs.show(body["user"]["id"], Place(which)))

    @app.action(HEARS)
    async def heard(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        by = await acting(desk, body["user"])
        await desk.people.hears(by, _one_of(Hears, action))
        await ack()
        background.start(tabs.show(body["user"]["id"], Place.of(body)))

    @app.action(SEARCH)
    async def looked_for(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        """Its words alone are kept: signs say nothing there."""
        await ack()
        said, place = action.get("value") or "", Place.of(body)
        words = within(" ".join(asked_words(said)), WORDS).strip()
        notice = NOTHING_ASKED if said.strip() and not words else ""
        shown = replace(place, offset=0, words=words)
        background.start(tabs.show(body["user"]["id"], shown, notice=notice))

    @app.action(one_of(TURNS))
    async def turned(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        await ack()
        background.start(tabs.show(body["user"]["id"], Place.read(action.get("value") or "")))

    @app.action(NEW)
    async def asked(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        background.start(opened(client, body, new_ticket_modal()))

    @app.action(one_of(f"{PREFIX}{name}" for name in ("claim", *STATUS_AFTER)))
    async def pressed(ack: AsyncAck, action: dict[str, Any], body: dict[str, Any]) -> None:
        by, name = await acting(desk, body["user"]), action["action_id"].removeprefix(PREFIX)
        ticket, key = action.get("value") or "", key_of(action, by)
        changed = await done(desk, name, ticket, by=by, key=key)
        await ack()
        in_vain = not changed.fields and not changed.repeated
        notice = already(changed) if in_vain else ""
        background.start(tabs.show(body["user"]["id"], Place.of(body), notice=notice))


def _one_of(kind: type[C], action: Mapping[str, Any]) -> C:
    try:
        return kind(str((action.get("selected_option") or {}).get("value")))
    except ValueError as error:
        raise Outdated from error
