"""What the document says of each operation."""

import pytest
from jsonschema import Draft202012Validator, FormatChecker


@pytest.fixture
async def document(stranger):
    return (await stranger.get("/openapi.json")).body


def operations(document):
    return {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def hold(document, schema, value):
    whole = schema | {"components": document["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)
