"""What Slack's types leave to their prose, or to other pages, each with its reason."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

INPUT = {"properties": {"type": {"const": "input"}}}


def add(schema: Schema) -> None:
    definitions = schema["definitions"]
    # In draft 7 what stands beside a $ref does not count, and the limits stand there.
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    _known_blocks_only(definitions)
    _alternatives(definitions)
    _lists_that_are_never_empty(definitions)
    _metadata_is_free(definitions)
    _manifest_is_closed(definitions)
    definitions["Message"] = MESSAGE
    definitions["View"] = {
        "anyOf": [{"$ref": "#/definitions/ModalView"}, {"$ref": "#/definitions/HomeView"}]
    }


# The types know no message of an app's: its blocks are counted in Slack's guides, and its text
# is cut at 40,000 characters.
MESSAGE = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "pattern": r"\S", "maxLength": 40_000},
        "blocks": {
            "type": "array",
            "items": {"$ref": "#/definitions/KnownBlock"},
            "maxItems": 50,
        },
        # Empty metadata takes away what was there.
        "metadata": {"anyOf": [{"$ref": "#/definitions/MessageMetadata"}, {"maxProperties": 0}]},
    },
    "required": ["text"],
}


def _known_blocks_only(definitions: dict[str, Schema]) -> None:
    """A view takes `AnyBlock`, which any word is a type of."""
    for name in ("ModalView", "HomeView"):
        definitions[name]["properties"]["blocks"]["items"] = {"$ref": "#/definitions/KnownBlock"}


def _alternatives(definitions: dict[str, Schema]) -> None:
    """The prose of these says "required if" and "should not be if"."""
    definitions["SectionBlock"]["anyOf"] = [{"required": ["text"]}, {"required": ["fields"]}]
    for name in ("StaticSelect", "MultiStaticSelect"):
        definitions[name]["oneOf"] = [{"required": ["options"]}, {"required": ["option_groups"]}]
    modal = definitions["ModalView"]
    modal["if"] = {"properties": {"blocks": {"contains": INPUT}}, "required": ["blocks"]}
    modal["then"] = {"required": ["submit"]}


def _lists_that_are_never_empty(definitions: dict[str, Schema]) -> None:
    """A block without elements, or a menu without options, is refused by Slack."""
    for name, schema in definitions.items():
        for properties in _properties(schema):
            for key in ("options", "option_groups", "fields"):
                if key in properties:
                    properties[key].setdefault("minItems", 1)
            if name.endswith("Block") and "elements" in properties:
                properties["elements"].setdefault("minItems", 1)


def _metadata_is_free(definitions: dict[str, Schema]) -> None:
    """The prose calls it a free-form object; the type knows no list of strings."""
    payload = definitions["MessageMetadata"]["properties"]["event_payload"]
    payload["additionalProperties"] = True


def _manifest_is_closed(definitions: dict[str, Schema]) -> None:
    """The type lets any key in; and a shortcut's name, on Slack's page, has 24 characters."""
    manifest = definitions["Manifest"]
    manifest["additionalProperties"] = False
    shortcuts = manifest["properties"]["features"]["properties"]["shortcuts"]
    shortcuts["items"]["properties"]["name"]["maxLength"] = 24


def _properties(schema: Any) -> Iterator[Schema]:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema["properties"]
        schema = list(schema.values())
    for each in schema if isinstance(schema, list) else ():
        yield from _properties(each)
