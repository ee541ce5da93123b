"""manifest.yml against what the bot really uses: nothing missing, nothing too much."""

import ast
import re
from pathlib import Path

import yaml

from bot.conversation.intake.adding import ADD_TO_TICKET
from bot.invocation import COMMAND
from bot.tickets.form import NEW_TICKET
from bot.tickets.shortcuts import CREATE_TICKET
from localslack import Manifest

ROOT = Path(__file__).parents[2]
MANIFEST = yaml.safe_load((ROOT / "manifest.yml").read_text())
SOURCES = {path: path.read_text() for path in (ROOT / "bot").rglob("*.py")}

# What Slack asks for each method (docs.slack.dev/reference/methods); None: nothing.
SCOPES = {
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "files.completeUploadExternal": None,
    "files.getUploadURLExternal": None,
    "reactions.add": None,
    "users.info": None,
    "views.open": None,
    "views.publish": None,
    "views.update": None,
}
# Another scope in a private channel, and what can be done without.
OPTIONAL = {
    "conversations.history": "groups:history",
    "conversations.replies": "groups:history",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
    "reactions.add": "reactions:write",
    "users.info": "users:read",
}
# What it asks for each event.
HEARD = {
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
    "app_home_opened": None,
    "member_joined_channel": "channels:read",
}


def called_methods():
    """Every Web API method named in bot/, as `api_call`'s string or as the client's function."""
    strings = {
        found
        for source in SOURCES.values()
        for found in re.findall(
            r'"((?:chat|views|users|conversations|reactions|files)\.\w+)"', source
        )
    }
    functions = {
        node.func.attr
        for source in SOURCES.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    named = {
        re.sub(r"_(\w)", lambda found: found[1].upper(), name.replace("_", ".", 1))
        for name in functions
        if re.match(r"(chat|views|users|conversations|reactions|files)_", name)
    }
    return strings | named


def registered(kind):
    return {
        ast.unparse(node.args[0])
        for source in SOURCES.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == kind
        and ast.unparse(node.func.value) == "app"
    }


def test_the_scopes_are_those_of_the_methods_that_are_called():
    methods = called_methods()

    assert methods == set(SCOPES)
    scopes = [*HEARD.values(), *(SCOPES[method] for method in methods)]
    needed = {"commands", *filter(None, scopes)}
    optional = {OPTIONAL[method] for method in methods if method in OPTIONAL}
    optional |= {HEARD["reaction_added"], HEARD["member_joined_channel"], "groups:read"}
    # Slack wants an optional scope in both lists.
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed | optional
    assert set(MANIFEST["oauth_config"]["scopes"]["bot_optional"]) == optional


def test_the_commands_are_those_that_are_handled():
    declared = [command["command"] for command in MANIFEST["features"]["slash_commands"]]

    assert declared == [COMMAND]
    assert registered("command") == {"COMMAND"}


def test_neither_shortcuts_nor_events_are_declared_that_nobody_handles():
    declared = {(one["type"], one["callback_id"]) for one in MANIFEST["features"]["shortcuts"]}
    messages = {("message", CREATE_TICKET), ("message", ADD_TO_TICKET)}
    assert declared == messages | {("global", NEW_TICKET)}
    assert registered("message_shortcut") == {"CREATE_TICKET", "ADD_TO_TICKET"}
    assert registered("global_shortcut") == {"NEW_TICKET"}
    assert {*MANIFEST["settings"]["event_subscriptions"]["bot_events"]} == {*HEARD}
    joined, reacted = "'member_joined_channel'", "'reaction_added'"
    assert registered("event") == {"'message'", reacted, joined, "OPENED"}


def test_buttons_and_forms_need_interactivity():
    assert registered("action") | registered("view")
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True


def test_socket_mode_is_ready_and_needs_no_address():
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in MANIFEST["settings"]["interactivity"]


def test_no_limit_of_a_manifest_is_passed():
    about = MANIFEST["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert len(MANIFEST["features"]["bot_user"]["display_name"]) <= 80
    for command in MANIFEST["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000


def test_the_local_slack_has_no_objection():
    assert Manifest.parse(MANIFEST).objections() == []


def test_there_is_a_home_tab():
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is True


def test_receipts_can_arrive_and_be_answered():
    app_home = MANIFEST["features"]["app_home"]
    assert app_home["messages_tab_enabled"] is True
    assert app_home["messages_tab_read_only_enabled"] is False
