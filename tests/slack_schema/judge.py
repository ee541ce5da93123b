"""What Slack's own types have against a message, a view or a manifest."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema_rs import ValidationError as Error

SCHEMA = Path(__file__).parents[2] / ".venv/slack-schema/schema.json"
MISSING = (
    "Slack's own types judge nothing here: that needs node and npm, and once the network "
    "(make .venv/slack-schema/schema.json)"
)


def message_objections(message: Any) -> list[str]:
    return _objections("Message", message)


def view_objections(view: Any) -> list[str]:
    is_home = isinstance(view, dict) and view.get("type") == "home"
    return _objections("HomeView" if is_home else "ModalView", view)


def manifest_objections(manifest: Any) -> list[str]:
    return _objections("Manifest", manifest)


def _objections(definition: str, value: Any) -> list[str]:
    judged = _validator(definition).iter_errors(value)
    return [_sentence(error) for each in judged for error in _meant(each)]


@cache
def _validator(definition: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/definitions/{definition}", "definitions": _definitions()}
    )


@cache
def _definitions() -> dict[str, Any]:
    return json.loads(SCHEMA.read_text())["definitions"]


def _meant(error: Error) -> Iterator[Error]:
    """Of several alternatives, what is wrong by the one whose `type` fits."""
    fitting = [found for found in _alternatives(error) if not _of_another_type(found, error)]
    if len(fitting) == 1:
        for each in fitting[0]:
            yield from _meant(each)
    else:
        yield error


def _of_another_type(found: list[Error], error: Error) -> bool:
    place = [*error.instance_path, "type"]
    return any(
        each.instance_path == place
        or (
            _alternatives(each) and all(_of_another_type(one, error) for one in _alternatives(each))
        )
        for each in found
    )


def _alternatives(error: Error) -> list[list[Error]]:
    return getattr(error.kind, "context", None) or []


def _sentence(error: Error) -> str:
    said = error.message if len(error.message) <= 200 else f"... {error.message[-120:]}"
    return f"/{'/'.join(map(str, error.instance_path))}: {said}"
