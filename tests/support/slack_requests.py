"""What Slack sends when somebody does something, to be sent again, bent or spoilt."""

import json
from urllib.parse import urlencode

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
COMMAND = {
    "command": "/ticket",
    "text": "help",
    "user_id": "U0ADA",
    "user_name": "ada",
    "channel_id": "C0GENERAL",
    "team_id": "T0LOCAL",
    "api_app_id": "A0LOCAL",
    "trigger_id": "1.2.3",
}
ADA = {"id": "U0ADA", "username": "ada", "name": "ada", "team_id": "T0LOCAL"}
OLGA = {"id": "U0OLGA", "username": "olga", "name": "olga", "team_id": "T0LOCAL"}
_COMMON = {
    "api_app_id": "A0LOCAL",
    "team": {"id": "T0LOCAL", "domain": "local"},
    "enterprise": None,
    "is_enterprise_install": False,
    "trigger_id": "4.5.6",
}


def command(**changed):
    return urlencode(COMMAND | changed).encode()


def pressed(name, value="", *, by=OLGA, **changed):
    action = {"type": "button", "action_id": name, "block_id": "b", "action_ts": "1.1"}
    return {
        "type": "block_actions",
        "user": by,
        "container": {"type": "message", "message_ts": "1.1", "is_ephemeral": False},
        "actions": [action | {"value": value}],
        **_COMMON,
        **changed,
    }


def sent(title="VPN is down", description="", priority="medium", *, by=ADA, view=(), **changed):
    chosen = {"text": {"type": "plain_text", "text": "x"}, "value": priority}
    values = {
        "title": {"title": {"type": "plain_text_input", "value": title}},
        "description": {"description": {"type": "plain_text_input", "value": description or None}},
        "priority": {"priority": {"type": "static_select", "selected_option": chosen}},
    }
    blocks = [{"type": "input", "block_id": name} for name in values]
    shown = {"id": "V1", "type": "modal", "callback_id": "new_ticket", "blocks": blocks}
    return {
        "type": "view_submission",
        "user": by,
        "view": shown | {"state": {"values": values}, "private_metadata": ""} | dict(view),
        "response_urls": [],
        **_COMMON,
        **changed,
    }


def form(payload):
    return urlencode({"payload": json.dumps(payload)}).encode()


async def send(slack, body, headers=FORM, *, to=None):
    """Signed, whatever it is."""
    return await slack.send(body, slack.signed(body) | dict(headers), to)
