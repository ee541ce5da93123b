"""A view as Slack writes it, in answers and in what it sends."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from localslack.elements.elements import state_values
from localslack.state.ids import APP_ID, BOT_ID, TEAM_ID
from localslack.state.open_views import View

DEFAULTS: dict[str, Any] = {
    "private_metadata": "",
    "callback_id": "",
    "clear_on_close": False,
    "notify_on_close": False,
    "submit_disabled": False,
    "external_id": "",
    "close": None,
    "submit": None,
}


def as_slack(view: View, values: dict[str, Any] | None = None) -> dict[str, Any]:
    stack = view.stack.views
    above = stack.index(view) if view in stack else 0
    return {
        "id": view.id,
        "team_id": TEAM_ID,
        **DEFAULTS,
        **deepcopy(view.given),
        "state": {"values": state_values(view) if values is None else values},
        "hash": view.hash,
        "previous_view_id": stack[above - 1].id if above else None,
        "root_view_id": stack[0].id if stack else view.id,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    }
