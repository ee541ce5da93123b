"""Sentences of the kind that Slack's types have, and the limits in them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slack_schema.limits import found, turn

ROOT = Path(__file__).parents[2]
SAID = {
    "Maximum length for this field is 3000 characters.": (None, 3000),
    "Limit 12,000 characters max.": (None, 12_000),
    "An array of up to 5 options.": (None, 5),
    "Must be less than 50 characters.": (None, 49),
    "The minimum length is 1 and maximum length is 3000 characters.": (1, 3000),
    "Minimum 1, maximum 10 cards.": (1, 10),
    "Min `1`, Max `100`.": (1, 100),
    "Between 1 and 20 of them.": (1, 20),
    "Can be a number from `0` (default) to `8`.": (0, 8),
    "The text may truncate with ~30 characters.": (None, None),
    "The maximum value, cannot be less than the other.": (None, None),
}


@pytest.mark.parametrize(("sentence", "limits"), SAID.items())
def test_a_limit_is_read_from_its_sentence(sentence, limits):
    assert found(sentence) == limits


def test_a_limit_is_put_where_it_belongs():
    text = {"$ref": "#/definitions/Text", "description": "Maximum length is 24 characters."}
    pair = "Maximum number of items is 10. Maximum length for the text in each item is 2000."
    texts = {"type": "array", "items": {"$ref": "#/definitions/Text"}, "description": pair}
    count = {"type": "number", "description": "See {@link max 5}. Must be between 1 and 100."}

    assert turn({"text": text, "texts": texts, "count": count}) == 5

    assert text["properties"] == {"text": {"maxLength": 24}}
    assert (texts["maxItems"], texts["items"]["properties"]) == (10, {"text": {"maxLength": 2000}})
    assert (count["minimum"], count["maximum"]) == (1, 100)


def test_where_there_is_no_node_one_line_says_so_and_nothing_fails(tmp_path):
    command = [sys.executable, "-m", "tests.slack_schema"]
    environment = {**os.environ, "PATH": str(tmp_path)}

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("Skipping the judgement by Slack's own types: it needs node")
    assert done.stdout.count("\n") == 1
