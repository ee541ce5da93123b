"""The one door to MongoDB: nothing outside this package imports pymongo or bson
(but core/embedded.py, which starts a server of our own)."""

from core.store.accounts import AccountStore
from core.store.connection import Store, open_store
from core.store.digests import DigestStore
from core.store.owed import Delivery, OwedStore
from core.store.repeats import RepeatStore
from core.store.tickets import TicketStore

__all__ = [
    "AccountStore",
    "Delivery",
    "DigestStore",
    "OwedStore",
    "RepeatStore",
    "Store",
    "TicketStore",
    "open_store",
]
