"""Just outside what a setting may be, and for each mistake that there is, there is a sentence."""

import math
import re

import pytest
from pydantic_core._pydantic_core import list_all_errors

from core.settings import Settings, setting_name
from core.validation import complaint
from tests.core.settings.test_settings import read


def bounds():
    """Each bound of each setting that is a number, with values just outside and what is none."""
    for field, info in Settings.model_fields.items():
        for limit in info.metadata:
            for kind in ("ge", "gt", "le", "lt"):
                if (edge := getattr(limit, kind, None)) is None:
                    continue
                step = 1 if info.annotation is int else max(abs(edge), 1) * 1e-9
                outside = {"ge": edge - step, "gt": edge, "le": edge + step, "lt": edge}[kind]
                yield setting_name(field), kind, edge, outside
    for field, info in Settings.model_fields.items():
        if info.annotation in (int, float):
            for outside in (math.nan, math.inf, -math.inf, "canary", 10**400):
                yield setting_name(field), "", "", outside


@pytest.fixture(scope="module")
def at_bounds(tmp_path_factory):
    cases = list(bounds())
    given = [{name: str(outside)} for name, _, _, outside in cases]
    return list(zip(cases, read(tmp_path_factory.mktemp("bounds"), *given), strict=True))


def test_just_outside_each_bound_of_each_setting_is_a_sentence_with_the_bound(at_bounds):
    assert len(at_bounds) > 60
    for (name, _, edge, outside), answer in at_bounds:
        said = answer["bad"]
        assert re.fullmatch(rf"{name} must be a (whole )?number (from|above) .*\d\.", said), said
        assert f"{edge}" in said, (said, outside)


@pytest.mark.parametrize("kind", list_all_errors(), ids=lambda kind: kind["type"])
def test_every_kind_of_mistake_that_pydantic_knows_is_the_end_of_a_sentence(kind):
    found = {
        "type": kind["type"],
        "loc": ("PORT",),
        "msg": kind["example_message_python"],
        "ctx": kind["example_context"] or {},
    }

    said = complaint(found)

    assert re.match(r"(must|may|needs|is|should) \w", said) or kind["type"] == "value_error"
    assert "\n" not in said
