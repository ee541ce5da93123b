"""The subcommands of /ticket about one's own account."""

from bot.invocation import COMMAND, Invocation
from bot.markup.blocks import Message
from bot.markup.mrkdwn import as_typed, local_time, quoted, to_copy
from bot.reading import Words, bare
from bot.slack.error_answers import NotUnderstood
from core.errors import DeskError
from core.people.api_tokens import ApiToken, NewApiToken, Scope
from core.tickets import parse

_VERBS = {
    **dict.fromkeys(("new", "create"), "new"),
    "list": "list",
    **dict.fromkeys(("revoke", "delete", "remove"), "revoke"),
}
_READ = frozenset({"read", "read-only", "readonly"})
_MAY = {Scope.READ: "may only read", Scope.WRITE: "may read and write"}
_QUOTES = "\"'“”„‘’«»`"


class OnlyByCommand(DeskError):
    """Others could read a token here. Type `/ticket token` outside of threads: only you see it."""


def asks_for_tokens(rest: Words) -> bool:
    """Whether that is what may follow `token`: else it begins somebody's sentence."""
    return not rest or bare(rest.typed[0]).lower() in _VERBS


async def token(invocation: Invocation) -> Message:
    if not invocation.replies.opens:
        raise OnlyByCommand
    words = invocation.words
    verb = bare(words.typed[0]).lower() if words else ""
    match _VERBS.get(verb):
        case "new":
            return await _new(invocation, words.rest(1))
        case "revoke":
            return await _revoke(invocation, _name(words.rest(1)))
        case "list" if len(words) == 1:
            return await _list(invocation)
    raise NotUnderstood(
        f"Try `{COMMAND} token new nightly export`, with `read` behind it if it is only to read, "
        f"`{COMMAND} token list`, or `{COMMAND} token revoke nightly export`."
    )


async def _new(invocation: Invocation, words: Words) -> Message:
    scope, name = Scope.WRITE, _name(words)
    *before, last = words.typed or [""]
    if before and last.lower() in _READ:
        scope, name = Scope.READ, name.removesuffix(last).strip().strip(_QUOTES)
    if not name:
        raise NotUnderstood(f"What is it for? Try `{COMMAND} token new nightly export`.")
    new = parse(NewApiToken, {"name": name, "scope": scope})
    made, secret = await invocation.desk.people.tokens.make(invocation.by.id, new)
    return {
        "text": f"“{quoted(made.name, 100)}” {_MAY[made.scope]} as you, until you revoke it. This "
        "is shown only now: keep it where nobody but the program reads it. It is sent as "
        f"`Authorization: Bearer`.\n{to_copy(str(secret))}"
    }


async def _revoke(invocation: Invocation, name: str) -> Message:
    if not name:
        raise NotUnderstood(
            f"Which one? `{COMMAND} token list` shows them. Try "
            f"`{COMMAND} token revoke nightly export`."
        )
    await invocation.desk.people.tokens.revoke_named(invocation.by.id, name)
    return {"text": f"“{quoted(name, 100)}” is revoked: within five seconds it is good nowhere."}


async def _list(invocation: Invocation) -> Message:
    tokens = await invocation.desk.people.tokens.of(invocation.by.id)
    if not tokens:
        return {"text": f"You have no token. `{COMMAND} token new nightly export` makes one."}
    return {"text": "\n".join(map(_line, tokens))}


def _line(token: ApiToken) -> str:
    until = f", until {local_time(token.expires_at)}" if token.expires_at else ""
    used = f"last used {local_time(token.last_used_at)}" if token.last_used_at else "not used yet"
    return f"“{quoted(token.name, 100)}” {_MAY[token.scope]}{until}; {used}"


def _name(words: Words) -> str:
    """As it was typed, without quotes around it."""
    return " ".join(as_typed(words.after(0)).split()).strip(_QUOTES)
