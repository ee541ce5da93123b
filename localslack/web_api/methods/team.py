"""The workspace itself, its bot and its groups of users."""

from __future__ import annotations

from typing import Any

from localslack.api_error import Refused
from localslack.state.ids import APP_ID, BOT_ID, TEAM_DOMAIN, TEAM_ID
from localslack.state.people import BOT_USER, GROUPS
from localslack.web_api.call import Call
from localslack.web_api.methods.method import Method


def team_info(call: Call) -> dict[str, Any]:
    wanted = call.maybe("team") or TEAM_ID
    if wanted != TEAM_ID or call.maybe("domain") not in (None, TEAM_DOMAIN):
        raise Refused("team_not_found", problem=False)
    return {
        "team": {
            "id": TEAM_ID,
            "name": TEAM_DOMAIN,
            "url": call.around.base_url(),
            "domain": TEAM_DOMAIN,
            "email_domain": "example.com",
            "icon": {"image_default": True},
        }
    }


def bot_info(call: Call) -> dict[str, Any]:
    """Without `bot` Slack answers, but says nothing of it."""
    wanted = call.maybe("bot")
    if wanted is None:
        return {}
    if wanted != BOT_ID:
        raise Refused("bot_not_found", problem=False)
    return {
        "bot": {
            "id": BOT_ID,
            "deleted": False,
            "name": call.workspace.bot.real_name,
            "updated": 1_700_000_000,
            "app_id": APP_ID,
            "user_id": BOT_USER,
            "icons": {},
        }
    }


def groups(call: Call) -> dict[str, Any]:
    return {
        "usergroups": [
            {"id": group, "team_id": TEAM_ID, "is_usergroup": True, "name": name, "handle": name}
            for name, group in GROUPS.items()
        ]
    }


METHODS = {
    "team.info": Method(team_info, "team domain", "team:read"),
    "bots.info": Method(bot_info, "bot", "users:read"),
    "usergroups.list": Method(
        groups, "include_count include_disabled include_users", "usergroups:read"
    ),
}
