"""The page of the log's events against the code: all that is logged is there, and nothing else."""

import ast
import re

from tests.support.repository import CODE, DOCS

EVENTS = (DOCS / "log-events.md").read_text()
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
# Files that log what is no literal there: what the page says of that.
GIVEN = {
    "api/http/connections.py": ["requests refused that are no valid HTTP"],
    "bot/command_line/running.py": ["a sentence of their own at"],
    "bot/slack/receiver/socket_mode.py": ["No connection by Socket Mode since"],
    "core/desk/tickets/decisions.py": [
        "ticket filed",
        "ticket changed",
        "ticket commented",
        "ticket acknowledged",
        "ticket snoozed",
        "requester reminded",
        "ticket urgent",
        "comment edited",
        "comment withdrawn",
    ],
}


def logged():
    """Each event that is given to a logger, or to something that calls one later: its file, and
    the literals that it may be."""
    for path, code in CODE.items():
        for call in ast.walk(ast.parse(code)):
            if isinstance(call, ast.Call) and any(map(is_logger, [call.func, *call.args])):
                given = [each for each in call.args if literals(each)]
                yield str(path), literals(given[0]) if given else set()


def is_logger(node):
    of = node.value if isinstance(node, ast.Attribute) else None
    return isinstance(of, ast.Name) and of.id == "log" and node.attr in LEVELS


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def literals(node):
    """Those that an expression may give, not those it compares with."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) | literals(node.orelse)
    return {node.value} if is_text(node) else set()


def test_every_event_of_the_log_is_in_the_table():
    events = list(logged())

    assert len(events) > 40
    for path, found in events:
        for event in [f"`{each}`" for each in found] or GIVEN[path]:
            assert event in EVENTS, f"{path}: {event}"


def test_every_event_in_the_table_is_logged():
    """Composed ones are there in parts."""
    rows = re.findall(r"^\| (`.*?) \| ", EVENTS, re.MULTILINE)
    texts = {
        node.value for code in CODE.values() for node in ast.walk(ast.parse(code)) if is_text(node)
    }

    for event in re.findall(r"`([^`]+)`", " ".join(rows)):
        assert any(text.startswith(event) for text in texts), event
