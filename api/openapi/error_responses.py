"""Describes an endpoint's errors for the OpenAPI document, each as it is really rendered."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from api import errors
from api.endpoint import Endpoint
from api.openapi import error_schemas, headers
from core import errors as desk_errors
from core.errors import DeskError
from core.people.accounts import Actor, Role, Via
from core.sla import Policy, Sla
from core.tickets import NewTicket, Priority, Ticket
from core.tickets.conflict import ChangedMeanwhile

REF = "#/components/schemas/{model}"
_ID = "68e164c48d99b0708b2c6453"
_OWN_MODEL: Mapping[type[DeskError], type[BaseModel]] = {
    errors.DuplicateRequest: error_schemas.Duplicate,
    ChangedMeanwhile: error_schemas.Conflict,
}
MODELS: frozenset[type[BaseModel]] = frozenset({error_schemas.Error, *_OWN_MODEL.values()})


def responses(endpoint: Endpoint) -> dict[str, Any]:
    by_status: dict[int, list[type[DeskError]]] = defaultdict(list)
    for kind in _kinds(endpoint):
        by_status[errors.STATUS[kind][0]].append(kind)
    return {
        str(status): _response(by_status[status], limited=endpoint.limited)
        for status in sorted(by_status)
    }


def _kinds(endpoint: Endpoint) -> list[type[DeskError]]:
    kinds = [*endpoint.errors, errors.InternalError]
    if endpoint.sign_in in {"needed", "in person"}:
        kinds += [desk_errors.SignInNeeded, desk_errors.InvalidToken]
    # A token may be one that only reads, or none of a person's.
    if endpoint.sign_in == "in person" or (endpoint.sign_in == "needed" and endpoint.writes):
        kinds.append(desk_errors.NotAllowed)
    if endpoint.body or endpoint.query:
        kinds.append(desk_errors.InvalidInput)
    if endpoint.body:
        kinds += [errors.PayloadTooLarge, errors.UnsupportedMediaType]
    if endpoint.limited:
        kinds += [desk_errors.TooMany, desk_errors.Unavailable]
    return [*dict.fromkeys(kinds)]


def _response(kinds: list[type[DeskError]], *, limited: bool) -> dict[str, Any]:
    """All that answers with one status."""
    examples = {kind.__name__: _occasion(kind) for kind in kinds}
    codes = dict.fromkeys(errors.STATUS[kind][1] for kind in kinds)
    models = dict.fromkeys(_OWN_MODEL.get(kind, error_schemas.Error) for kind in kinds)
    refs = [{"$ref": REF.format(model=model.__name__)} for model in models]
    return {
        "description": " / ".join(codes),
        "headers": headers.answered(_sent([*examples.values()]), limited=limited),
        "content": {
            "application/json": {
                "schema": refs[0] if len(refs) == 1 else {"anyOf": refs},
                "examples": {
                    name: {"value": errors.body(error, errors.STATUS[type(error)][1])}
                    for name, error in examples.items()
                },
            }
        },
    }


def _sent(examples: list[DeskError]) -> dict[str, bool]:
    """The headers that come with these, and whether with all of them."""
    rendered = [errors.rendered(error).headers for error in examples]
    sent = {name: [name in of_one for of_one in rendered] for name in headers.ANSWERED}
    return {name: all(there) for name, there in sent.items() if any(there)}


def _occasion(kind: type[DeskError]) -> DeskError:
    if kind is desk_errors.InvalidInput:
        return desk_errors.InvalidInput({"title": "title is required."})
    if kind is errors.DuplicateRequest:
        return errors.DuplicateRequest(_ID)
    if kind is ChangedMeanwhile:
        new = NewTicket(title="Server down", priority=Priority.HIGH)
        by = Actor("68d4d2bb9f91ce6a41e954a9", "Hackathon User", Role.USER, Via.REST)
        at, sla = datetime(2025, 10, 4, 20, 17, 40, 78000, UTC), Sla(Policy.of_hours())
        ticket = Ticket.opened(new, id=_ID, number=42, by=by, at=at, sla=sla)
        conflict = ChangedMeanwhile(ticket)
        conflict.fields = ["title"]
        return conflict
    return kind()
