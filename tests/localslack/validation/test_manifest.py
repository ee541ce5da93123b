"""What is wrong with a manifest, said before an app is started with it."""

from copy import deepcopy

import pytest

from localslack import Manifest

GOOD = {
    "display_information": {"name": "App", "background_color": "#1d3557"},
    "features": {
        "bot_user": {"display_name": "App"},
        "slash_commands": [{"command": "/a", "description": "Does it"}],
        "shortcuts": [
            {"name": "Do", "type": "global", "callback_id": "do", "description": "Does it"}
        ],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "im:history"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["message.im"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
COMMAND = "features/slash_commands/0/"
SHORTCUT = "features/shortcuts/0/"
FAULTS = {
    "no name": ("display_information/name", None, "needs name"),
    "name 36": ("display_information/name", "x" * 36, "1 to 35"),
    "description 141": ("display_information/description", "x" * 141, "1 to 140"),
    "long description 174": ("display_information/long_description", "x" * 174, "175 to 4000"),
    "color": ("display_information/background_color", "blue", "background_color"),
    "display name 81": ("features/bot_user/display_name", "x" * 81, "1 to 80"),
    "command without name": (f"{COMMAND}command", None, "a slash"),
    "command without slash": (f"{COMMAND}command", "a", "a slash"),
    "command with a space": (f"{COMMAND}command", "/a b", "a slash"),
    "command 33": (f"{COMMAND}command", "/" + "x" * 32, "a slash"),
    "command without description": (f"{COMMAND}description", None, "needs description"),
    "command description 2001": (f"{COMMAND}description", "x" * 2001, "1 to 2000"),
    "usage hint 1001": (f"{COMMAND}usage_hint", "x" * 1001, "1 to 1000"),
    "51 commands": ("features/slash_commands", [{"command": f"/{n}"} for n in range(51)], "51"),
    "a command twice": (
        "features/slash_commands",
        [{"command": "/a", "description": "x"}] * 2,
        "2 times",
    ),
    "shortcut without name": (f"{SHORTCUT}name", None, "needs name"),
    "shortcut name 25": (f"{SHORTCUT}name", "x" * 25, "1 to 24"),
    "shortcut description 151": (f"{SHORTCUT}description", "x" * 151, "1 to 150"),
    "shortcut without id": (f"{SHORTCUT}callback_id", None, "callback_id"),
    "shortcut of unknown type": (f"{SHORTCUT}type", "channel", "global or message"),
    "11 shortcuts": ("features/shortcuts", [{"callback_id": str(n)} for n in range(11)], "11"),
    "no scope for commands": ("oauth_config/scopes/bot", ["im:history"], "scope commands"),
    "no scope for an event": ("oauth_config/scopes/bot", ["commands"], "im:history"),
    "a scope twice": (
        "oauth_config/scopes/bot",
        ["commands", "im:history", "im:history"],
        "2 times",
    ),
    "optional only": ("oauth_config/scopes/bot_optional", ["users:read"], "optional scope"),
    "no interactivity": ("settings/interactivity/is_enabled", False, "need interactivity"),
    "no address": ("settings/socket_mode_enabled", False, "url"),
}


def changed(path, value):
    manifest = deepcopy(GOOD)
    *way, last = path.split("/")
    part = manifest
    for name in way:
        part = part[int(name)] if isinstance(part, list) else part[name]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return manifest


def test_a_good_manifest_has_no_objections():
    assert Manifest.parse(GOOD).objections() == []


def test_an_empty_manifest_needs_a_name_at_least():
    assert Manifest.parse({}).objections() == ["display_information needs name"]


@pytest.mark.parametrize(("path", "value", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_manifest(path, value, said):
    objections = Manifest.parse(changed(path, value)).objections()
    assert any(said in each for each in objections), objections
