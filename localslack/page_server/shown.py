"""What the page is told, as JSON: the shapes in which a browser gets to know the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from localslack.dispatch.view_payload import as_slack
from localslack.manifest import Manifest
from localslack.state.ids import APP_ID, TEAM_DOMAIN
from localslack.state.messages import Channel, Message
from localslack.state.open_views import View
from localslack.state.people import BOT_USER, Person
from localslack.state.records import ApiCall, Request
from localslack.state.workspace import Workspace

Shown = dict[str, Any]
LOG = 200
SECRETS = frozenset({"token", "client_secret"})


def state(workspace: Workspace, manifest: Manifest, latest: list[Shown], me: Person) -> Shown:
    """Everything that this person may see."""
    return {
        "team": TEAM_DOMAIN,
        "me": me.id,
        "people": [person(each) for each in workspace.people.values()],
        **app(workspace, manifest),
        "channels": [
            channel(each, me) for each in workspace.channels.values() if me.id in each.members
        ],
        "messages": [
            message(each)
            for each in sorted(workspace.messages, key=lambda each: each.ts)
            if not each.is_gone and sees(me, each)
        ],
        "views": views(workspace, me),
        "home": home(workspace, me),
        "log": latest,
    }


def sees(me: Person, what: Message) -> bool:
    return me.id in what.channel.members and what.ephemeral_to in (None, me.id)


def person(each: Person) -> Shown:
    return {
        "id": each.id,
        "name": each.name,
        "real_name": each.real_name,
        "is_bot": each.is_bot,
        "is_admin": each.is_admin,
        "title": each.title,
        "tz": each.tz,
    }


def app(workspace: Workspace, manifest: Manifest) -> Shown:
    return {
        "app": {
            "id": APP_ID,
            "name": manifest.name,
            "user": BOT_USER,
            "description": manifest.description,
            "home_tab": manifest.home_tab,
            "messages_tab": manifest.messages_tab,
            "messages_tab_read_only": manifest.messages_read_only,
        },
        "commands": [
            {
                "name": each.name,
                "description": each.description,
                "usage_hint": each.usage_hint,
            }
            for each in manifest.commands.values()
        ],
        "shortcuts": [
            {
                "callback_id": each.callback_id,
                "name": each.name,
                "type": each.type,
                "description": each.description,
            }
            for each in manifest.shortcuts.values()
        ],
    }


def channel(each: Channel, me: Person) -> Shown:
    others = sorted(each.members - {me.id})
    return {
        "id": each.id,
        "name": each.name,
        "is_private": each.is_private,
        "is_direct": each.is_direct,
        "is_archived": each.is_archived,
        "members": sorted(each.members),
        "user": others[0] if each.is_direct and others else None,
    }


def message(each: Message) -> Shown:
    return {
        "channel": each.channel.id,
        "ts": each.ts,
        "user": each.user,
        "text": each.text,
        "blocks": each.blocks,
        "thread_ts": each.thread_ts,
        "broadcast": each.broadcast,
        "edited": each.edited,
        "ephemeral": each.ephemeral_to is not None,
        "deleted": each.is_gone,
        "tombstone": each.is_tombstone,
        "reactions": [{"name": name, "users": users} for name, users in each.reactions.items()],
        "files": [file(given) for given in each.files if "name" in given],
    }


def file(given: Mapping[str, Any]) -> Shown:
    """From Slack's own spelling. One that was deleted has no name any more, and is not shown."""
    names = ("id", "name", "title", "mimetype", "size")
    url = f"/files/{given['id']}/{quote(given['name'], safe='')}"
    kept = {name: given[name] for name in names}
    return {**kept, "url": url, "alt_text": given.get("alt_txt", "")}


def views(workspace: Workspace, me: Person) -> list[Shown]:
    """The modals before the person, bottom first."""
    return [view(each) for each in workspace.views.front(me)]


def home(workspace: Workspace, me: Person) -> Shown | None:
    published = workspace.views.homes.get(me.id)
    return view(published) if published else None


def view(each: View) -> Shown:
    full = as_slack(each)
    names = ("id", "title", "submit", "close", "blocks", "submit_disabled", "clear_on_close")
    kept = {name: full.get(name) for name in names}
    return {"type": full["type"], **kept, "state": full["state"], "hash": each.hash}


def record(each: ApiCall | Request) -> Shown:
    """One line of the panel. No token is in it."""
    return asked(each) if isinstance(each, Request) else called(each)


def asked(each: Request) -> Shown:
    reply = each.reply
    return {
        "id": each.number,
        "at": each.at,
        "kind": "request",
        "what": each.what,
        "status": reply.status if reply else 0,
        "seconds": reply.seconds if reply else None,
        "failure": reply.failure if reply else "",
        "problems": each.problems,
        "given": without_secrets(each.payload),
        "answer": (reply.json or reply.body.decode(errors="replace") or None) if reply else None,
    }


def objections(manifest: Manifest, at: float) -> list[Shown]:
    """The panel's first line, if Slack would object to the manifest."""
    said = [f"Slack would object to the manifest: {each}" for each in manifest.objections()]
    if not said:
        return []
    return [
        {
            "id": 0,
            "at": at,
            "kind": "manifest",
            "what": "the app's manifest",
            "status": 0,
            "seconds": None,
            "failure": "",
            "problems": said,
            "given": manifest.source,
            "answer": None,
        }
    ]


def called(each: ApiCall) -> Shown:
    refused = (each.answer or {}).get("error", "")
    return {
        "id": each.number,
        "at": each.at,
        "kind": "call",
        "what": each.method,
        "status": each.status,
        "seconds": each.seconds,
        "failure": refused,
        "problems": each.problems,
        "given": without_secrets(each.given),
        "answer": each.answer,
    }


def without_secrets(given: Any) -> Any:
    return {name: value for name, value in given.items() if name not in SECRETS}
