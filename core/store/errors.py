"""Turns what the driver raises into what the desk says, once."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from pymongo.errors import DocumentTooLarge, OperationFailure, PyMongoError

from core.errors import TicketFull, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

# The server's words for a document that would pass 16 MiB.
_TOO_LARGE = {10334, 17280, 17419, 17420}


def reaches_mongo(ask: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """For a function that asks MongoDB: its failures leave as Unavailable or TicketFull.

    A write that timed out may still land later; only a unique key makes repeating it safe.
    """

    @wraps(ask)
    async def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await ask(*args, **kwargs)
        except DocumentTooLarge as error:
            raise TicketFull from error
        except OperationFailure as error:
            if error.code in _TOO_LARGE:
                raise TicketFull from error
            raise Unavailable from error
        except PyMongoError as error:
            raise Unavailable from error

    return asked
