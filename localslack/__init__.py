"""A Slack on one's own machine, strict enough to trust.

It knows the bot only over HTTP and Socket Mode.
"""

from localslack.dispatch.answer import Answer
from localslack.elements.fields import NotPossible
from localslack.local_slack import Listen, LocalSlack, local_slack
from localslack.manifest import Manifest
from localslack.state.files import File
from localslack.state.keeping import CannotKeep, InUse
from localslack.state.messages import Channel, Message
from localslack.state.open_views import View
from localslack.state.people import Person
from localslack.web_api.faults import Fault
from localslack.web_api.rate_limit import RateLimit

__all__ = [
    "Answer",
    "CannotKeep",
    "Channel",
    "Fault",
    "File",
    "InUse",
    "Listen",
    "LocalSlack",
    "Manifest",
    "Message",
    "NotPossible",
    "Person",
    "RateLimit",
    "View",
    "local_slack",
]
