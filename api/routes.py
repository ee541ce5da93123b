"""Every endpoint, in one table: it routes, validates and describes."""

from api import accounts, answers, health, tickets
from api.endpoints import Endpoint
from api.errors import DuplicateRequest
from core import errors
from core.accounts import Credentials, Registration
from core.tickets import NewComment, NewTicket

_KEY = ("Idempotency-Key", "Prefer")
_MADE = ("Location", "ETag")
_REPLAYED = (*_MADE, "Preference-Applied", "Idempotent-Replayed")

# Those of one path stand together: aiohttp and CORS take them for one resource only then.
ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/auth/register",
        accounts.register,
        summary="Make an account",
        tag="Accounts",
        sign_in="optional",
        body=Registration,
        answers={201: answers.Registered},
        errors=(errors.InvalidToken, errors.NotAllowed, errors.EmailTaken, errors.Busy),
    ),
    Endpoint(
        "POST",
        "/api/auth/login",
        accounts.login,
        summary="Get a bearer token",
        tag="Accounts",
        sign_in="none",
        body=Credentials,
        answers={200: answers.Token},
        response_headers={200: ("Cache-Control",)},
        errors=(errors.WrongCredentials, errors.Busy),
    ),
    Endpoint(
        "GET",
        "/api/auth/me",
        accounts.me,
        summary="Who the token belongs to",
        tag="Accounts",
        answers={200: answers.Account},
    ),
    Endpoint(
        "POST",
        "/api/tickets",
        tickets.create,
        summary="File a ticket",
        tag="Tickets",
        body=NewTicket,
        answers={201: answers.Ticket, 200: answers.Ticket},
        errors=(DuplicateRequest, errors.KeyReused),
        request_headers=_KEY,
        response_headers={201: _MADE, 200: _REPLAYED},
    ),
    Endpoint(
        "GET",
        "/api/tickets",
        tickets.show_list,
        summary="List tickets",
        tag="Tickets",
        query=tickets.ListQuery,
        answers={200: answers.TicketList},
    ),
    Endpoint(
        "GET",
        "/api/tickets/{id}",
        tickets.show,
        summary="One ticket, whole",
        tag="Tickets",
        answers={200: answers.Ticket, 304: None},
        errors=(errors.TicketNotFound,),
        request_headers=("If-None-Match",),
        response_headers={200: ("ETag",), 304: ("ETag",)},
    ),
    Endpoint(
        "PATCH",
        "/api/tickets/{id}",
        tickets.change,
        summary="Change a ticket",
        tag="Tickets",
        body=tickets.TicketPatch,
        answers={200: answers.TicketUpdated},
        errors=(
            errors.NotAllowed,
            errors.TicketNotFound,
            errors.WrongState,
            errors.TicketFull,
            errors.ChangedMeanwhile,
            errors.Stale,
        ),
        request_headers=("If-Match",),
        response_headers={200: ("ETag",)},
    ),
    Endpoint(
        "GET",
        "/api/tickets/{id}/clock",
        tickets.show_clock,
        summary="Why a ticket is due when it is due",
        tag="Tickets",
        answers={200: answers.TicketClock},
        errors=(errors.TicketNotFound,),
    ),
    Endpoint(
        "POST",
        "/api/tickets/{id}/comments",
        tickets.add_comment,
        summary="Comment on a ticket",
        tag="Tickets",
        body=NewComment,
        answers={201: answers.CommentAdded, 200: answers.Ticket},
        errors=(
            errors.NotAllowed,
            errors.TicketNotFound,
            errors.TicketFull,
            DuplicateRequest,
            errors.KeyReused,
        ),
        request_headers=_KEY,
        response_headers={201: _MADE, 200: _REPLAYED},
    ),
    Endpoint(
        "GET",
        "/healthz",
        health.healthz,
        summary="Whether the program is alive",
        tag="Health",
        sign_in="none",
        answers={200: answers.Health},
    ),
    Endpoint(
        "GET",
        "/readyz",
        health.readyz,
        summary="Whether it can do its work",
        tag="Health",
        sign_in="none",
        answers={200: answers.Health, 503: answers.Health},
    ),
)
