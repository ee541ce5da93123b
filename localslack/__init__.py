"""A Slack on one's own machine, strict enough to trust.

It knows the bot only over HTTP and Socket Mode.
"""

from localslack.answer import Answer
from localslack.faults import Fault
from localslack.fields import NotPossible
from localslack.local_slack import LocalSlack, local_slack
from localslack.manifest import Manifest
from localslack.open_views import View
from localslack.people import Person
from localslack.rate_limit import RateLimit
from localslack.workspace import Channel, Message

__all__ = [
    "Answer",
    "Channel",
    "Fault",
    "LocalSlack",
    "Manifest",
    "Message",
    "NotPossible",
    "Person",
    "RateLimit",
    "View",
    "local_slack",
]
