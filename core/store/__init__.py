"""The one door to MongoDB: nothing outside this package imports pymongo or bson
(but core/settings/mongo_address.py, which reads an address as the driver does)."""

from core.store.connection import Store, open_store
from core.store.delivery.alerts import AlertStore
from core.store.delivery.boards import BoardStore
from core.store.delivery.channels.greetings import GreetingStore
from core.store.delivery.channels.limits import ChannelLimits
from core.store.delivery.channels.looks import LookStore
from core.store.delivery.channels.offers import OfferStore
from core.store.delivery.deliveries import Delivery
from core.store.delivery.digests import DigestStore
from core.store.delivery.duplicates import DuplicateStore
from core.store.delivery.outbox import Outbox
from core.store.people.accounts import AccountStore
from core.store.readings import ReadingStore
from core.store.tickets.tickets import TicketStore

__all__ = [
    "AccountStore",
    "AlertStore",
    "BoardStore",
    "ChannelLimits",
    "Delivery",
    "DigestStore",
    "DuplicateStore",
    "GreetingStore",
    "LookStore",
    "OfferStore",
    "Outbox",
    "ReadingStore",
    "Store",
    "TicketStore",
    "open_store",
]
