"""The documentation against the code: every setting, command and endpoint is described."""

import re
from pathlib import Path

import pytest

from api.routes import ENDPOINTS
from bot.commands import COMMAND, SUBCOMMANDS
from core.settings import Settings, setting_name
from core.tickets import TRANSITIONS, Status

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
REST = (ROOT / "docs" / "rest.md").read_text()


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_in_the_readmes_table(field):
    table = README.split("## Settings")[1].split("##")[0]

    assert f"`{setting_name(field)}`" in table


def test_every_setting_in_the_readme_exists():
    table = README.split("## Settings")[1].split("##")[0]
    described = {
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`([A-Z_]+)`", row)
    }

    assert described == {setting_name(field) for field in Settings.model_fields}


@pytest.mark.parametrize("verb", [name for name, verb in SUBCOMMANDS.items() if verb.listed])
def test_every_verb_is_in_the_readme(verb):
    commands = README.split("What can be typed in Slack")[1].split("##")[0]

    assert re.search(rf"{COMMAND} {verb}\b|also: .*\b{verb}\b", commands)


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


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")))
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target
