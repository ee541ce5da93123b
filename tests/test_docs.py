"""The documentation against the code: every setting, command and endpoint is described."""

import ast
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from api import endpoint, tokens
from api.errors import STATUS
from api.http import connections, server
from api.routes import ENDPOINTS
from bot import serving
from bot.alerts import announcer
from bot.conversation import listener, telling
from bot.conversation.catching_up import passes, steps
from bot.conversation.intake import adding, fetching
from bot.delivery import dispatcher, turns
from bot.home import place, tabs
from bot.invocation import COMMAND
from bot.reports import chart
from bot.slack import history, poster
from bot.slack.receiver import http, payloads, socket_mode
from bot.subcommands import SUBCOMMANDS
from bot.tickets import form, whole
from bot.tickets.forms import assigning
from bot.tickets.lists import list as ticket_list
from core.desk import conversation, reports
from core.desk.people import allowances, guesses
from core.desk.tickets import listing
from core.desk.tickets import waiting as going_on
from core.people import link_codes, passwords, staff_passwords
from core.settings import Settings, setting_name
from core.sla import history as sla_history
from core.store import projections, readings
from core.store.delivery import arrears, boards
from core.store.delivery.channels import looks
from core.store.people import api_tokens
from core.store.tickets import comment_words, searching
from core.tickets import TRANSITIONS, Status, inputs, room, ticket, waiting
from core.tickets.finding import words

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REST = (DOCS / "rest.md").read_text()
SETTINGS = (DOCS / "settings.md").read_text()
SLACK = (DOCS / "slack.md").read_text()
ARCHITECTURE = (DOCS / "architecture.md").read_text()
PAGES = sorted(
    path for folder in (".", "docs", "localslack") for path in (ROOT / folder).glob("*.md")
)
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LAYERS = {
    each["containers"][0]: each["layers"] for each in CONTRACTS["contracts"] if "layers" in each
}
CODE = {
    path.relative_to(ROOT): path.read_text()
    for package in ("api", "bot", "core")
    for path in sorted((ROOT / package).rglob("*.py"))
}
GLOSSARY = (DOCS / "glossary.md").read_text()
EVENTS = (DOCS / "log-events.md").read_text()
LIMITS = (DOCS / "limits.md").read_text()
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
KIB = 1024
# The beginning of a row, and what it must say.
HELD_TO = {
    "a ticket's title": [inputs.TITLE_LENGTH],
    "a ticket's description": [inputs.DESCRIPTION_LENGTH, form.FIELD_LENGTH],
    "a comment or note": [inputs.MESSAGE_LENGTH],
    "a message in Slack that is kept": [inputs.SLACK_LENGTH],
    "whom a ticket waits for": [inputs.WAITING_FOR_LENGTH],
    "a password": [staff_passwords.SHORTEST],
    "a code of": [link_codes.LENGTH, link_codes.GOOD_FOR.seconds // 60],
    "what a program's token is called": [api_tokens.MOST],
    "comments and notes of a ticket": [room.MOST_COMMENTS, room.USERS_WORDS.comments],
    "a ticket |": [
        each.below // KIB**2
        for each in (room.USERS_WORDS, room.USERS_CHANGES, room.WORDS, room.CHANGES, room.FINISHING)
    ],
    "history in a ticket's document": [projections.LONG // KIB],
    "people who are offered at once": [assigning.OFFERED],
    "until when a ticket may wait": [waiting.LONGEST_WAIT.days],
    "tickets that go on by themselves": [going_on.AT_ONCE],
    "times that a ticket waited": [sla_history.MOST_PAUSES],
    "comments that come with a ticket": [ticket.LATEST_COMMENTS],
    "tickets on a page in Slack": [ticket_list.PAGE],
    "tickets that a list counts": [listing.COUNTED],
    "tickets that a report looks at": [reports.MOST],
    "drawing a chart": [chart.PATIENCE],
    "late tickets at once that are a message each": [announcer.ONE_BY_ONE],
    "alerts of another kind in a channel": [announcer.GATHERED // timedelta(minutes=1)],
    "alerts that a list's metadata names": [announcer.LISTED],
    "tickets that the board tells apart": [boards.TOLD_APART, boards.COUNTED],
    "messages in a channel": [poster.PAUSE],
    "tickets of one caller": [turns.MOST_EACH, turns.MOST_PEOPLE],
    "tries of a receipt": [dispatcher.MOST_DIRECT],
    "messages on a page of a history": [history.PAGE],
    "calls of one sweep": [history.SWEPT],
    "a request of Slack's": [http.LARGEST_BODY // KIB**2, http.PATIENCE],
    "fields of a form": [payloads.MOST_FIELDS],
    "how soon after a message": [listener.EARLY // timedelta(minutes=1)],
    "messages of which it is remembered": [telling.MOST_TOLD],
    "calls of one turn of catching up": [passes.CALLS, int(passes.PAUSE)],
    "threads that are compared": [passes.COMPARED],
    "threads that are read": [passes.ENDED.days, readings.MOST_TICKETS],
    "channels that are read": [passes.MOST_CHANNELS],
    "pages of a channel": [steps.PAGES],
    "replies that come along": [conversation.MOST_EARLIER],
    "replies of a thread": [fetching.PAGE, int(fetching.LIMIT)],
    "words that are looked for at once": [words.MOST_WORDS, words.MOST_CHARACTERS],
    "different words of a ticket's": [comment_words.MOST_WORDS],
    "tickets that have a word": [searching.COMMON],
    "tickets among which": [adding.SEARCHED, adding.OFFERED],
    "words that are looked for in the Home tab": [place.WORDS],
    "people whose Home tab": [int(tabs.LOOKED_AT // 60), tabs.MOST],
    "how often a Home tab": [int(tabs.APART)],
    "what *More* shows": [whole.PAGE, whole.BLOCKS],
    "without a connection": [int(socket_mode.PATIENCE), int(socket_mode.LONGEST)],
    "a body over REST": [endpoint.LARGEST_BODY // KIB, endpoint.BODY_PATIENCE],
    "headers": [connections.Limits.header_bytes // KIB, connections.Limits.headers],
    "a connection without": [connections.Limits.idle],
    "an answer of which": [connections.Limits.unread],
    "connections |": [connections.MOST, connections.OTHER_FILES],
    "wrong passwords from": [guesses.OF_ACCOUNT, guesses.OF_ADDRESS, guesses.WITHIN.seconds // 60],
    "accounts and addresses of which": [allowances.MOST],
    "a token": [tokens.LIFETIME // 3600],
    "sign-ins": [passwords.LONGEST_QUEUE],
    "requests in flight": [server.REQUESTS_IN_FLIGHT, serving.EVERYTHING],
    "what is kept of a history": [looks.KEPT],
    "tickets of which it is measured": [arrears.MEASURED],
}
BOUNDS = {
    field: bounds
    for field, told in Settings.model_fields.items()
    if (
        bounds := [
            getattr(limit, name)
            for limit in told.metadata
            for name in ("ge", "gt", "le", "lt")
            if hasattr(limit, name)
        ]
    )
}
README_WORDS = 700


def section(page, heading):
    return page.split(f"## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_in_the_table_of_settings(field):
    rows = re.findall(r"^\| (`.*?) \|", SETTINGS, re.MULTILINE)

    assert any(f"`{setting_name(field)}`" in row for row in rows)


def test_every_setting_in_the_table_exists():
    described = {
        name
        for row in re.findall(r"^\| (`.*?) \|", SETTINGS, re.MULTILINE)
        for name in re.findall(r"`([A-Z_]+)`", row)
    }

    assert described == {setting_name(field) for field in Settings.model_fields}


@pytest.mark.parametrize("verb", [name for name, verb in SUBCOMMANDS.items() if verb.listed])
def test_every_verb_is_in_the_manual_for_slack(verb):
    commands = section(SLACK, "What can be typed")

    assert re.search(rf"{COMMAND} {verb}\b|also: .*\b{verb}\b", commands)


def test_every_command_that_is_shown_exists():
    pages = SLACK + (ROOT / "README.md").read_text()
    shown = re.findall(rf"^{COMMAND} (\w+)", pages, re.MULTILINE)

    assert shown
    assert set(shown) <= set(SUBCOMMANDS)


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().split()) <= README_WORDS


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda row: f"{row.method} {row.path}")
def test_every_endpoint_is_in_the_rest_manual(endpoint):
    assert f"`{endpoint.method} {endpoint.path}`" in REST


def test_the_table_of_transitions_is_that_of_the_code():
    rows = re.findall(r"^\| (\w+) \|(.*)\|$", REST.split("| from \\ to |")[1], re.MULTILINE)

    allowed = {
        Status(name): {
            after for after, cell in zip(Status, cells.split("|"), strict=True) if "yes" in cell
        }
        for name, cells in rows
    }

    assert allowed == {before: set(after) for before, after in TRANSITIONS.items()}


@pytest.mark.parametrize("package", LAYERS)
def test_the_layers_are_those_of_the_contracts(package):
    contracts = section(ARCHITECTURE, "Who may import whom")
    row = re.search(rf"^{package} +(.*(?:\n +.*)*)", contracts, re.MULTILINE)

    assert row
    assert " ".join(row[1].split()) == " > ".join(LAYERS[package])


@pytest.mark.parametrize("package", ["bot", "core", "api", "localslack"])
def test_the_picture_has_every_folder(package):
    folders = {path.parent.name for path in (ROOT / package).rglob("__init__.py")}

    assert folders <= set(re.findall(r"(\w+)/", section(ARCHITECTURE, "The folders")))


def test_what_the_glossary_says_code_calls_things_it_does():
    names = {
        name
        for row in re.findall(r"\| ([^|]+) \|$", GLOSSARY, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    words = set(re.findall(r"\w+", " ".join(CODE.values())))

    assert names
    assert names <= words


def test_every_error_over_rest_is_in_the_table():
    page = (DOCS / "errors.md").read_text()
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", page, re.MULTILINE)

    assert {(int(status), code) for status, code in rows} == set(STATUS.values())


@pytest.mark.parametrize("what", HELD_TO)
def test_the_limits_are_those_of_the_code(what):
    rows = re.findall(rf"^\| {re.escape(what)}.*", LIMITS, re.MULTILINE)

    assert len(rows) == 1
    for most in HELD_TO[what]:
        assert says(rows[0], most), most


def says(row, number):
    return re.search(rf"(?<![\d.,]){re.escape(f'{number:,}')}(?![\d.,]*\d)", row)


@pytest.mark.parametrize("field", BOUNDS)
def test_the_bounds_of_settings_are_those_of_the_code(field):
    rows = section(LIMITS, "Settings").splitlines()

    [row] = [row for row in rows if f"`{setting_name(field)}`" in row]

    for bound in BOUNDS[field]:
        assert says(row, bound), bound


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_are_there(page):
    for file in re.findall(
        r"`((?:api|bot|core|localslack|tests|docs)/[\w./-]+)`", page.read_text()
    ):
        assert (ROOT / file).exists(), file


def test_every_make_target_that_a_page_names_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"`make ([a-z-]+)", page.read_text())}

    assert "bench-peers" in named
    assert named <= targets
