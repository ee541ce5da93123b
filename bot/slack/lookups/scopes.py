"""What the app may do: Slack names the scopes of the bot's token with its answer to auth.test.

The events that it is told of, Slack tells nobody. But it tells an app of the app's own messages, so
that one that hears of none of them is not told of anybody's.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.runtime.problems import Trouble
from bot.slack.receiver.workspace import Workspace
from bot.slack.token_check import TokenCheck

# Messages in channels of which nothing was heard, and seconds since the first of them, until that
# is told: where there are several processes, each hears of a part.
UNHEARD, UNHEARD_FOR = 10, 60.0


class Scope(NamedTuple):
    # What there is not without it.
    lost: str
    optional: bool = False
    # Whether the desk is none without it.
    breaks: bool = False


_UNREAD = (
    "what is said in threads and to the desk by its name is not heard, and an alert whose answer"
    " got lost may ring twice"
)
_UNGREETED = "the bot does not say what to try in a channel that it is invited to"
# As manifest.yml has them.
SCOPES: Mapping[str, Scope] = {
    "commands": Scope("`/ticket` and the shortcuts are not there", breaks=True),
    "chat:write": Scope("nothing is said in Slack: no card, no alert, no receipt", breaks=True),
    "channels:history": Scope(_UNREAD),
    "groups:history": Scope(f"{_UNREAD}, in private channels", optional=True),
    "users:read": Scope(
        "people are called by their handles, or by their ids where they only said something",
        optional=True,
    ),
    "im:history": Scope(
        "what people write to the desk directly, and under their receipts, is not heard"
    ),
    "channels:read": Scope(_UNGREETED, optional=True),
    "groups:read": Scope(f"{_UNGREETED}, if that is private", optional=True),
    "reactions:read": Scope("a reaction makes no ticket of a message", optional=True),
    "reactions:write": Scope(
        "a verb said in a thread is answered in words that only its author sees", optional=True
    ),
    "files:write": Scope("a report comes without its chart", optional=True),
}


def lacking(token: TokenCheck) -> Iterable[Trouble]:
    """What the bot's token may not do, and what is lost by that; nothing while it is not known."""
    if token.scopes is None:
        return
    for name, scope in SCOPES.items():
        if name not in token.scopes:
            kind = "optional scope" if scope.optional else "scope"
            yield Trouble(
                f"The bot's token lacks the {kind} {name}, so that {scope.lost}. Install the app"
                f" again from manifest.yml{' if you want that' if scope.optional else ''}.",
                which=name,
                breaks=scope.breaks,
            )


def deaf(workspace: Workspace) -> Iterable[Trouble]:
    """Whether Slack tells us of no message."""
    if workspace.unheard >= UNHEARD and workspace.unheard_for > UNHEARD_FOR:
        yield Trouble(
            "Slack tells the desk of no message in its channels, not even of its own, so that what"
            " is said in threads is not heard: the app needs the events message.channels and, for"
            " private channels, message.groups. Paste manifest.yml under App Manifest, and install"
            " the app again.",
            breaks=False,
        )
