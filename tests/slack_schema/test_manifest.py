"""manifest.yml by Slack's own type of it, which knows every scope and every event."""

import copy
from pathlib import Path

import pytest
import yaml

from tests.slack_schema.judge import MISSING, SCHEMA, manifest_objections

if not SCHEMA.exists():
    pytest.skip(MISSING, allow_module_level=True)

ROOT = Path(__file__).parents[2]
OURS = yaml.safe_load((ROOT / "manifest.yml").read_text())

# Where in our manifest, and what is put there.
BAD = {
    "scope with a slip": ("oauth_config/scopes/bot", ["commands", "chat:writ"]),
    "optional scope with a slip": ("oauth_config/scopes/bot_optional", ["group:history"]),
    "user's scope for the bot": ("oauth_config/scopes/bot", ["search:read"]),
    "event with a slip": ("settings/event_subscriptions", {"bot_events": ["app_home_opend"]}),
    "unknown part": ("feature", {}),
    "unknown feature": ("features/slash_comands", []),
    "unknown setting": ("settings/socket_mode", True),
    "unknown key of a command": ("features/slash_commands/0/usage", "new"),
    "command without a name": ("features/slash_commands", [{"description": "Tickets"}]),
    "51 commands": ("features/slash_commands", OURS["features"]["slash_commands"] * 51),
    "switch that is a word": ("settings/socket_mode_enabled", "yes please"),
    "no name": ("display_information", {"description": "Tickets"}),
    "name of 36": ("display_information/name", "x" * 36),
    "description of 141": ("display_information/description", "x" * 141),
    "bot's name of 81": ("features/bot_user/display_name", "x" * 81),
    "usage hint of 1001": ("features/slash_commands/0/usage_hint", "x" * 1001),
    "command of 33": ("features/slash_commands/0/command", "/" + "x" * 32),
    "shortcut's name of 25": (
        "features/shortcuts",
        [{"name": "x" * 25, "type": "message", "callback_id": "a", "description": "b"}],
    ),
    "shortcut of a third kind": (
        "features/shortcuts",
        [{"name": "x", "type": "channel", "callback_id": "a", "description": "b"}],
    ),
}


def changed(place, value):
    manifest = copy.deepcopy(OURS)
    *path, last = place.split("/")
    where = manifest
    for name in path:
        where = where[int(name) if name.isdecimal() else name]
    where[last] = value
    return manifest


@pytest.mark.parametrize("path", ["manifest.yml", "tests/localslack/manifest.yml"])
def test_slack_has_nothing_against_the_manifest(path):
    assert manifest_objections(yaml.safe_load((ROOT / path).read_text())) == []


@pytest.mark.parametrize(("place", "value"), BAD.values(), ids=BAD)
def test_a_manifest_is_refused(place, value):
    assert manifest_objections(changed(place, value))
