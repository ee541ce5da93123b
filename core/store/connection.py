"""The connection to MongoDB, and what every operation over it promises."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pymongo
from pymongo.errors import ConfigurationError

from core.clock import Clock
from core.settings import BadSettings
from core.settings.mongo_address import application
from core.store.delivery.alerts import AlertStore
from core.store.delivery.arrears import ArrearsStore
from core.store.delivery.boards import BoardStore
from core.store.delivery.channels.greetings import GreetingStore
from core.store.delivery.channels.limits import ChannelLimits
from core.store.delivery.channels.looks import LookStore
from core.store.delivery.channels.offers import OfferStore
from core.store.delivery.digests import DigestStore
from core.store.delivery.duplicates import DuplicateStore
from core.store.delivery.outbox import Outbox
from core.store.erasing.erasures import ErasureStore
from core.store.errors import reaches_mongo
from core.store.full import FullStore
from core.store.limits.lots import LotStore
from core.store.limits.wrong_passwords import WrongPasswordStore
from core.store.migrations import migrations, one_outbox
from core.store.mongo.client import TimedClient
from core.store.mongo.indexes import Database, Flaw, Indexes
from core.store.mongo.pool import PromptPool
from core.store.mongo.server import Server, is_standalone, look_at
from core.store.people.accounts import AccountStore
from core.store.readings import ReadingStore
from core.store.tickets.retention import RetentionStore
from core.store.tickets.tickets import TicketStore

OPTIONS: dict[str, Any] = {
    "appname": "helpdesk",
    "tz_aware": True,
    "w": "majority",
    "journal": True,
    "retryWrites": True,
    "readConcernLevel": "majority",
    # Milliseconds. The short heartbeat notices a frozen primary in about 4 s instead of 20.
    "connectTimeoutMS": 2000,
    "heartbeatFrequencyMS": 1000,
    "serverSelectionTimeoutMS": 5000,
    "waitQueueTimeoutMS": 500,  # heeded by PromptPool
    "timeoutMS": 5000,
}
# Seconds. A limit made for questions would break off, at every start anew, what takes a while
# with very many tickets: an index over a million takes some seconds.
PREPARING = 600


@dataclass(frozen=True, slots=True)
class Store:
    """Every question the desk asks its database, by what it is about.

    A write that returned is on a majority and journaled. Every method raises Unavailable
    when MongoDB cannot answer in time.
    """

    tickets: TicketStore
    retention: RetentionStore
    erasures: ErasureStore
    accounts: AccountStore
    owed: Outbox
    repeats: DuplicateStore
    digests: DigestStore
    alerts: AlertStore
    turns: ChannelLimits
    looks: LookStore
    readings: ReadingStore
    offers: OfferStore
    greetings: GreetingStore
    boards: BoardStore
    arrears: ArrearsStore
    full: FullStore
    lots: LotStore
    wrong_passwords: WrongPasswordStore
    indexes: Indexes
    _database: Database

    @reaches_mongo
    async def answers(self) -> None:
        """Returns when MongoDB does; otherwise raises Unavailable."""
        await self._database.command("ping")

    @reaches_mongo
    async def server(self, clock: Clock) -> Server:
        """What MongoDB says of itself."""
        return await look_at(self._database, clock)

    @property
    def is_standalone(self) -> bool:
        """Whether MongoDB is no replica set, as far as it was asked anything."""
        return is_standalone(self._database.client)

    @reaches_mongo
    async def prepare(self) -> list[Flaw]:
        """Brings the database to what this version needs; safe from many processes at once.

        Gives what is wrong with indexes that cannot be made; all else is done all the same.
        """
        with pymongo.timeout(PREPARING):
            await migrations.migrate(self._database)
            await one_outbox.convert_late(self._database)
            return await self.indexes.make()

    @reaches_mongo
    async def flaws(self, *, within: float = 0.0) -> list[Flaw]:
        """What is wrong with the indexes now, or was so many seconds ago at most: from here on,
        what rests on them is refused."""
        return await self.indexes.look(within=within)

    @reaches_mongo
    async def foreseen_flaws(self) -> list[Flaw]:
        """What will be wrong with the indexes after the next start, and what that mends."""
        with pymongo.timeout(PREPARING):
            return await self.indexes.foresee()


@asynccontextmanager
async def open_store(uri: str, **more: Any) -> AsyncIterator[Store]:
    """A store for as long as the block runs; `more` are options of the driver, above ours."""
    name = {"appname": application(uri) or OPTIONS["appname"]}
    try:
        connecting = TimedClient(uri, _pool_class=PromptPool, **OPTIONS | name | more)
    except (ConfigurationError, ValueError) as error:
        raise BadSettings(
            "MONGO_URI must be an address such as mongodb://host:27017/helpdesk."
        ) from error
    async with connecting as client:
        database = client.get_default_database("helpdesk")
        indexes = Indexes(database, migrations.INDEXES)
        counters, timelines = database["counters"], database["timelines"]
        tickets = TicketStore(database["tickets"], counters, timelines, indexes)
        yield Store(
            tickets=tickets,
            retention=RetentionStore(database),
            erasures=ErasureStore(database),
            accounts=AccountStore(database["accounts"], indexes),
            owed=Outbox(database["tickets"]),
            repeats=DuplicateStore(database["tickets"], database["turns"]),
            digests=DigestStore(database["digests"]),
            alerts=AlertStore(database["tickets"]),
            turns=ChannelLimits(database["turns"]),
            boards=BoardStore(database["boards"], database["tickets"], indexes),
            arrears=ArrearsStore(database["tickets"], database["boards"]),
            full=FullStore(database["tickets"], database["full_tickets"], tickets.timelines),
            lots=LotStore(database["allowances"]),
            wrong_passwords=WrongPasswordStore(database["wrong_passwords"]),
            looks=LookStore(database["turns"]),
            readings=ReadingStore(database),
            offers=OfferStore(database["offers"]),
            greetings=GreetingStore(database["greetings"]),
            indexes=indexes,
            _database=database,
        )
