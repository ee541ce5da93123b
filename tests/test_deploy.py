"""What is in deploy/ names metrics that the desk has."""

import json
import re
from pathlib import Path

import pytest
import yaml

import bot.serving  # noqa: F401 - all that is counted is known with the whole program
from core.metrics import exposition
from tests.support.exposition import names

DEPLOY = Path(__file__).parents[1] / "deploy"
RULES = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"][0]["rules"]
PANELS = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
ASKED = {rule["alert"]: rule["expr"] for rule in RULES} | {
    f"{panel['title']} {target['refId']}": target["expr"]
    for panel in PANELS
    for target in panel["targets"]
}
OPERATING = (DEPLOY.parent / "docs" / "operating.md").read_text()


def named(query):
    return set(re.findall(r"\bhelpdesk_\w+", query))


@pytest.mark.parametrize("what", ASKED)
def test_every_metric_that_is_asked_for_exists(what):
    assert named(ASKED[what]), "it asks for nothing of the desk's"
    assert named(ASKED[what]) <= names(exposition())


@pytest.mark.parametrize("what", ASKED)
def test_labels_are_those_of_the_metric(what):
    """As far as the desk gives them; `le`, `instance` and `job` are Prometheus's own."""
    given = set(re.findall(r"\b(\w+)\s*(?:=~|!=|=|!~)\s*\"", ASKED[what]))
    for grouped in re.findall(r"\bby \(([^)]*)\)", ASKED[what]):
        given |= {label.strip() for label in grouped.split(",")}

    known = {"kind", "outcome", "method", "route", "status", "command", "limit"}
    known |= {"le", "instance", "job"}

    assert given <= known


def test_every_rule_says_what_to_do_and_is_in_the_handbook():
    assert len(RULES) == 5
    for rule in RULES:
        assert set(rule["annotations"]) == {"summary", "description"}
        assert f"`{rule['alert']}`" in OPERATING


def test_every_metric_is_in_the_handbook():
    told = re.findall(r"^# TYPE (helpdesk_\w+)", exposition(), re.MULTILINE)

    assert told
    assert [name for name in told if f"`{name}`" not in OPERATING] == []
