"""What people say to the desk where nobody else is: commands need not be addressed there."""

from bot.accounts.commands import asks_for_tokens
from bot.conversation.mentions import names_one
from bot.reading import SYNONYMS, Words, asks_what_is_heard, bare, hearing, narrowings
from bot.subcommands import SUBCOMMANDS
from bot.tickets.lists.list import NARROWINGS
from core.tickets import Priority

# Among so many words of a command its ticket stands.
_NEAR = 3
# Those that do something by themselves.
_ALONE = frozenset({"help", "list", "status"})

STRANGE_THREAD = (
    "This thread is no ticket's, so what you wrote in it is not kept: `/ticket comment T-42 ...` "
    "adds it to one, and a message outside of threads makes one."
)


def is_command(text: str) -> bool:
    """Whether it can hardly be anything else: what is not is somebody's question."""
    words = Words.of(text)
    if not words:
        return False
    first, rest = words.typed[0], words.rest(1)
    said = bare(first).lower()
    verb = SYNONYMS.get(said, said)
    if verb == "new":
        return len(rest) > 1 and bare(rest.typed[0]).lower() in {*Priority}
    if said in NARROWINGS and not rest:
        return True
    if verb not in SUBCOMMANDS:
        return names_one(first) and len(words) <= _NEAR
    if verb == "tell":
        return bool(hearing(rest)) or asks_what_is_heard(rest)
    if verb == "token":
        return asks_for_tokens(rest)
    if rest and SUBCOMMANDS[verb].alone:
        return False
    if not rest:
        return said in SUBCOMMANDS or verb in _ALONE
    if verb in _ALONE and {*narrowings(rest.typed)} <= {*NARROWINGS}:
        return verb != "help"
    return any(map(names_one, rest.typed[:_NEAR]))
