"""The one place where an error becomes HTTP: a status, a code, a sentence."""

from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler
from pydantic_core import to_json

from api import serializers
from core import errors
from core.errors import DeskError
from core.tickets.conflict import ChangedMeanwhile

log = structlog.get_logger("api")

# The seed's very words for a stale version.
VERSION_CONFLICT = "Conflict - Ticket already updated (409)"


class ApiError(DeskError):
    """The request could not be read."""


class PayloadTooLarge(ApiError):
    """The body is too large: 64 KiB is the most."""


class UnsupportedMediaType(ApiError):
    """Send JSON in UTF-8, with "Content-Type: application/json"."""


class NotFound(ApiError):
    """There is nothing at this address. GET /openapi.json lists what there is."""


class MethodNotAllowed(ApiError):
    """This address does not take this method; the Allow header lists those it takes."""


class Misdirected(ApiError):
    """The desk listens on this machine only and is not known by the name that was asked for: use
    localhost or 127.0.0.1, or have HELPDESK_CORS_ORIGINS list an origin of that name."""


class ExpectationFailed(ApiError):
    """Nothing but "100-continue" can be expected: leave the Expect header out."""


class InternalError(ApiError):
    """Something went wrong on our side. It has been logged under the request id."""


class DuplicateRequest(ApiError):
    """This Idempotency-Key was used before; what it made then is at Location."""

    def __init__(self, ticket_id: str) -> None:
        super().__init__()
        self.ticket_id = ticket_id


STATUS: Mapping[type[Exception], tuple[int, str]] = {
    errors.InvalidInput: (400, "VALIDATION_ERROR"),
    errors.SignInNeeded: (401, "AUTH_REQUIRED"),
    errors.InvalidToken: (401, "INVALID_TOKEN"),
    errors.WrongCredentials: (401, "INVALID_CREDENTIALS"),
    errors.NotAllowed: (403, "FORBIDDEN"),
    errors.TicketNotFound: (404, "TICKET_NOT_FOUND"),
    errors.AccountNotFound: (404, "ACCOUNT_NOT_FOUND"),
    errors.TokenNotFound: (404, "TOKEN_NOT_FOUND"),
    errors.CodeNotFound: (404, "CODE_NOT_FOUND"),
    NotFound: (404, "NOT_FOUND"),
    MethodNotAllowed: (405, "METHOD_NOT_ALLOWED"),
    errors.EmailTaken: (409, "EMAIL_EXISTS"),
    DuplicateRequest: (409, "DUPLICATE_REQUEST"),
    errors.WrongState: (409, "WRONG_STATE"),
    errors.TicketFull: (409, "WRONG_STATE"),
    ChangedMeanwhile: (409, "VERSION_CONFLICT"),
    errors.Stale: (412, "PRECONDITION_FAILED"),
    PayloadTooLarge: (413, "PAYLOAD_TOO_LARGE"),
    UnsupportedMediaType: (415, "UNSUPPORTED_MEDIA_TYPE"),
    ExpectationFailed: (417, "EXPECTATION_FAILED"),
    Misdirected: (421, "MISDIRECTED_REQUEST"),
    errors.KeyReused: (422, "IDEMPOTENCY_KEY_REUSED"),
    errors.TooMany: (429, "RATE_LIMIT"),
    InternalError: (500, "INTERNAL_ERROR"),
    errors.Unavailable: (503, "UNAVAILABLE"),
    errors.Busy: (503, "UNAVAILABLE"),
}


# What core says of these knows no HTTP; whoever calls by it needs the names of there.
_SENTENCES: Mapping[type[DeskError], str] = {
    errors.SignInNeeded: (
        'Sign in first: POST /api/auth/login, then send "Authorization: Bearer <token>".'
    ),
    errors.Stale: (
        "The ticket is not the one that If-Match names any more. Fetch it again, then retry."
    ),
    errors.KeyReused: (
        "This Idempotency-Key was used before with another body. Use a new key for a new request."
    ),
}


def sentence(error: DeskError) -> str:
    return _SENTENCES.get(type(error)) or str(error)


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except DeskError as error:
        if isinstance(error, errors.Unavailable):
            log.warning("database unavailable", cause=type(error.__cause__).__name__)
        return rendered(error)
    except web.HTTPMethodNotAllowed as error:
        return rendered(MethodNotAllowed(), {hdrs.ALLOW: error.headers[hdrs.ALLOW]})
    except web.HTTPNotFound:
        return rendered(NotFound())
    except web.HTTPException:
        raise
    except Exception as error:
        log.error("unhandled error", exc_info=error)
        return rendered(InternalError())


def in_our_shape(refusal: web.HTTPException) -> None:
    """Gives one that aiohttp made, before any handler was asked, the words of ours."""
    if refusal.status != STATUS[ExpectationFailed][0]:
        return
    ours = rendered(ExpectationFailed())
    refusal.body = ours.body
    refusal.headers[hdrs.CONTENT_TYPE] = ours.headers[hdrs.CONTENT_TYPE]
    refusal.headers[hdrs.CONTENT_LENGTH] = str(ours.content_length)


def rendered(error: DeskError, headers: Mapping[str, str] | None = None) -> web.Response:
    status, code = STATUS[type(error)]
    return web.Response(
        body=to_json(body(error, code)),
        status=status,
        headers={**_headers(error, status), **(headers or {})},
        content_type="application/json",
    )


def body(error: DeskError, code: str) -> dict[str, Any]:
    """Where the seed shows an error, `error` is exactly the seed's, and the rest beside it."""
    if isinstance(error, ChangedMeanwhile):
        more = {"fields": error.fields, "ticket": serializers.ticket(error.ticket)}
        return {"error": VERSION_CONFLICT, "code": code} | more
    if isinstance(error, DuplicateRequest):
        return {"error": {"code": code}, "ticket_id": error.ticket_id}
    said: dict[str, Any] = {"code": code, "message": sentence(error)}
    if isinstance(error, errors.InvalidInput) and "body" not in error.fields:
        said["field"] = next(iter(error.fields))
    if isinstance(error, errors.Stale):
        said["fields"] = error.fields
    return {"error": said}


def _headers(error: DeskError, status: int) -> dict[str, str]:
    if isinstance(error, ChangedMeanwhile):
        return {hdrs.ETAG: error.ticket.etag}
    if isinstance(error, DuplicateRequest):
        return {hdrs.LOCATION: f"/api/tickets/{error.ticket_id}"}
    if isinstance(error, errors.TooMany):
        return {hdrs.RETRY_AFTER: str(error.wait)}
    if status == 401:
        return {hdrs.WWW_AUTHENTICATE: "Bearer"}
    return {hdrs.RETRY_AFTER: "1"} if status == 503 else {}
