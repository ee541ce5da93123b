"""The documentation against the code: every setting, command and endpoint is described."""

import re
import tomllib
from pathlib import Path

import pytest

from api.routes import ENDPOINTS
from bot.commands import COMMAND, SUBCOMMANDS
from core.settings import Settings, setting_name
from core.tickets import TRANSITIONS, Status

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
REST = (DOCS / "rest.md").read_text()
SETTINGS = (DOCS / "settings.md").read_text()
SLACK = (DOCS / "slack.md").read_text()
ARCHITECTURE = (DOCS / "architecture.md").read_text()
PAGES = sorted(ROOT.glob("*.md")) + sorted(DOCS.glob("*.md"))
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page):
    for file in re.findall(
        r"`((?:api|bot|core|localslack|tests|docs)/[\w./-]+)`", page.read_text()
    ):
        assert (ROOT / file).exists(), file
