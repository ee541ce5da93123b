"""Describes the table of endpoints as an OpenAPI 3.1 document."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.endpoint import Endpoint
from api.openapi import error_responses, headers
from api.openapi.error_responses import REF
from core.people.accounts import NewPassword, Registration

_ABOUT = """The desk that teams use from Slack, for programs.

Make an account with *register*, sign in with *login*, and give its token to *Authorize*: then
each call below can be tried here.

Another address than these answers 404 `NOT_FOUND`; another method 405 `METHOD_NOT_ALLOWED`, with
what the address takes in `Allow`. What GET takes, HEAD takes too. An `Expect` that is not
`100-continue` is answered 417 `EXPECTATION_FAILED`, and a `Host` that is not this machine's, by a
desk that listens on loopback only, 421 `MISDIRECTED_REQUEST`."""
_TICKET_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "A ticket's `_id`, `42` or `T-42`.",
    "schema": {"type": "string", "pattern": "^([0-9a-fA-F]{24}|(#|[Tt]-)?[0-9]{1,15})$"},
    "example": "T-42",
}
_TICKETS = "/api/tickets/"
_ID = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9a-fA-F]{24}$"},
    "example": "68e164c48d99b0708b2c6453",
}
_SECURITY: Mapping[str, list[dict[str, list[str]]]] = {
    "needed": [{"bearer": []}],
    "in person": [{"bearer": []}],
    "optional": [{}, {"bearer": []}],
    "admins": [{}, {"bearer": []}],
    "none": [],
}
_STATUS_WORDS = {200: "Done", 201: "Made", 204: "Done", 304: "As you know it", 503: "Not ready"}
Schemas = Mapping[str, dict[str, Any]]


# The fields of a password that is to be somebody's.
_NEW_PASSWORDS = {Registration: "password", NewPassword: "new"}


def document(endpoints: Iterable[Endpoint], *, version: str, min_password: int) -> dict[str, Any]:
    """`min_password`: characters of the shortest that the desk takes from everybody."""
    table = tuple(endpoints)
    schemas = _schemas(table)
    for model, field in _NEW_PASSWORDS.items():
        schemas[model.__name__]["properties"][field]["minLength"] = min_password
    of_staff = schemas[Registration.__name__]["then"]["properties"]["password"]
    of_staff["minLength"] = max(min_password, of_staff["minLength"])
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for endpoint in table:
        paths[endpoint.path][endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "HelpDesk",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in dict.fromkeys(row.tag for row in table)],
        "paths": dict(paths),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _schemas(table: tuple[Endpoint, ...]) -> dict[str, Any]:
    read = {row.body for row in table if row.body is not None}
    sent = {model for row in table for model in row.answers.values() if model is not None}
    sent |= error_responses.MODELS
    _, schema = models_json_schema(
        [(model, "validation") for model in sorted(read, key=str)]
        + [(model, "serialization") for model in sorted(sent, key=str)],
        ref_template=REF,
    )
    schemas: dict[str, Any] = schema["$defs"]
    return schemas


def _operation(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    words = endpoint.handler.__name__.split("_")
    body = endpoint.body
    return {
        "operationId": "_".join([*words, endpoint.tag.lower()]),
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "security": _SECURITY[endpoint.sign_in],
        "parameters": _parameters(endpoint),
        "responses": _answers(endpoint, schemas) | error_responses.responses(endpoint),
    } | ({"requestBody": {"required": True} | _content(body, schemas)} if body else {})


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    parameters: list[dict[str, Any]] = []
    if "{id}" in endpoint.path:
        parameters.append(_TICKET_ID if endpoint.path.startswith(_TICKETS) else _ID)
    if endpoint.query is not None:
        schema = endpoint.query.model_json_schema(ref_template="{model}")
        for name, field in schema["properties"].items():
            field = _inline(field, schema.get("$defs", {}))
            about = {"description": field.pop("description")} if "description" in field else {}
            parameters.append({"name": name, "in": "query", **about, "schema": field})
    asked = ({"name": name, "in": "header"} for name in endpoint.request_headers)
    return parameters + [header | headers.ASKED[header["name"]] for header in asked]


def _inline(field: dict[str, Any], definitions: Schemas) -> dict[str, Any]:
    """A query field's schema: absent is how a query says null, and definitions are put in place."""
    for kind in field.pop("anyOf", []):
        if kind.get("type") != "null":
            field |= kind
            field.pop("default")
    return field | definitions.get(field.pop("$ref", ""), {})


def _answers(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    return {
        str(status): {
            "description": _STATUS_WORDS[status],
            "headers": headers.answered(
                {
                    # A file's name is told only of what is no JSON.
                    name: name != "Content-Disposition"
                    for name in endpoint.response_headers.get(status, ())
                },
                limited=endpoint.limited,
            ),
        }
        | (_content(model, schemas, endpoint.also) if model else {})
        for status, model in endpoint.answers.items()
    }


def _content(
    model: type[BaseModel], schemas: Schemas, also: Mapping[str, str] | None = None
) -> dict[str, Any]:
    schema = {"$ref": REF.format(model=model.__name__)}
    content = {"application/json": {"schema": schema, "example": _example(schema, schemas)}}
    for kind, example in (also or {}).items():
        content[kind] = {"schema": {"type": "string"}, "example": example}
    return {"content": content}


def _example(schema: Mapping[str, Any], schemas: Schemas) -> Any:
    """Put together from the examples of the fields."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], schemas)
    if "items" in schema:
        return [_example(schema["items"], schemas)]
    return {name: _example(field, schemas) for name, field in schema["properties"].items()}
