"""The one door to MongoDB: nothing outside this package imports pymongo or bson
(but core/embedded.py, which starts a server of our own, and core/mongo_address.py, which reads an
address as the driver does)."""

from core.store.accounts import AccountStore
from core.store.alerts import AlertStore
from core.store.boards import BoardStore
from core.store.connection import Store, open_store
from core.store.deliveries import Delivery
from core.store.digests import DigestStore
from core.store.looks import LookStore
from core.store.owed import OwedStore
from core.store.repeats import RepeatStore
from core.store.tickets import TicketStore
from core.store.turns import TurnStore

__all__ = [
    "AccountStore",
    "AlertStore",
    "BoardStore",
    "Delivery",
    "DigestStore",
    "LookStore",
    "OwedStore",
    "RepeatStore",
    "Store",
    "TicketStore",
    "TurnStore",
    "open_store",
]
