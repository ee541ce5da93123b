"""auth.test and the people."""

from __future__ import annotations

from typing import Any

from localslack.api_error import Refused
from localslack.state.ids import APP_ID, BOT_ID, TEAM_DOMAIN, TEAM_ID
from localslack.state.people import BOT_USER, Person
from localslack.web_api.call import Call
from localslack.web_api.methods.method import Method
from localslack.web_api.methods.pages import page


def auth_test(call: Call) -> dict[str, Any]:
    return {
        "url": call.around.base_url(),
        "team": TEAM_DOMAIN,
        "user": call.workspace.bot.name,
        "team_id": TEAM_ID,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "is_enterprise_install": False,
    }


def as_slack(person: Person, *, email: bool, deleted: bool = False) -> dict[str, Any]:
    profile = {
        "real_name": person.real_name,
        "display_name": person.display_name,
        "team": TEAM_ID,
    }
    if email and not person.is_bot:
        profile["email"] = person.email
    return {
        "id": person.id,
        "team_id": TEAM_ID,
        "name": person.name,
        "real_name": person.real_name,
        "deleted": deleted,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": person.tz_offset,
        "profile": profile,
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }


def shows_email(call: Call) -> bool:
    return "users:read.email" in call.around.manifest.scopes


def info(call: Call) -> dict[str, Any]:
    person = call.workspace.people.get(call.text("user"))
    if person is None:
        raise Refused("user_not_found", problem=False)
    return {"user": shown(call, person)}


def shown(call: Call, person: Person) -> dict[str, Any]:
    deleted = person.id in call.workspace.deactivated
    return as_slack(person, email=shows_email(call), deleted=deleted)


def listed(call: Call) -> dict[str, Any]:
    people, cursor = page(call, list(call.workspace.people.values()))
    members = [shown(call, each) for each in people]
    return {"members": members, "response_metadata": {"next_cursor": cursor}}


def by_email(call: Call) -> dict[str, Any]:
    """Bots have no address, and by theirs nobody finds those who are deactivated."""
    wanted = call.text("email").lower()
    for person in call.workspace.people.values():
        gone = person.is_bot or person.id in call.workspace.deactivated
        if not gone and person.email == wanted:
            return {"user": as_slack(person, email=True)}
    raise Refused("users_not_found", problem=False)


METHODS = {
    "auth.test": Method(auth_test),
    "users.info": Method(info, "user include_locale", "users:read"),
    "users.lookupByEmail": Method(by_email, "email", "users:read.email"),
    "users.list": Method(listed, "limit cursor include_locale", "users:read"),
}
