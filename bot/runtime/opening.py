"""The database as the settings say, opened for whatever runs on it: the desk, or a command."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from core.clock import Clock, utcnow
from core.desk.people.guesses import Guesses
from core.desk.people.people import People
from core.errors import Unavailable
from core.people.passwords import Passwords
from core.settings import Settings
from core.store import Store, open_store
from core.store.mongo.embedded import embedded_mongo

log = structlog.get_logger("helpdesk")

# With very many tickets a start may take a while; whoever waits for it is told after so long.
SOME_SECONDS = 5.0


@asynccontextmanager
async def connected_store(settings: Settings) -> AsyncIterator[Store]:
    """The database that the settings name, or our own server's, as it is.

    Raises NoMongo if there is no server to start.
    """
    async with AsyncExitStack() as stack:
        if settings.mongo_uri is not None:
            uri = settings.mongo_uri.get_secret_value()
        else:
            settings.make_folders()
            uri = await stack.enter_async_context(embedded_mongo(settings.desk_data))
        yield await stack.enter_async_context(open_store(uri))


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The same, ready for use. Raises Unavailable if it does not answer."""
    async with connected_store(settings) as store:
        try:
            await store.answers()
        except Unavailable as error:
            raise Unavailable("MongoDB does not answer. Start it, or correct MONGO_URI.") from error
        try:
            await _prepared(store)
        except Unavailable as error:
            log.error("the database is not prepared", cause=type(error.__cause__).__name__)
        yield store


async def _prepared(store: Store) -> None:
    """Without an index that a promise rests on, the desk runs but says it is not ready."""
    loop = asyncio.get_running_loop()
    telling = loop.call_later(SOME_SECONDS, log.info, "the database is being prepared")
    try:
        await store.prepare()
    finally:
        telling.cancel()


def people_of(
    store: Store, passwords: Passwords, settings: Settings, clock: Clock = utcnow
) -> People:
    return People(
        store.accounts,
        passwords,
        staff=settings.staff,
        min_password=settings.min_password,
        guesses=Guesses(store.wrong_passwords, clock),
    )
