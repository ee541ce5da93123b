"""The subcommands of /ticket about one's own account."""

from collections.abc import Sequence
from datetime import timedelta

from bot.invocation import COMMAND, Invocation
from bot.markup.blocks import Message
from bot.markup.mrkdwn import local_time, quoted, to_copy
from bot.reading import Words, bare, new_token
from bot.slack.error_answers import NotUnderstood
from core.errors import DeskError
from core.people.api_tokens import ApiToken, NewApiToken, Scope
from core.people.link_codes import GOOD_FOR
from core.tickets import parse

_VERBS = {
    **dict.fromkeys(("new", "create"), "new"),
    "list": "list",
    **dict.fromkeys(("revoke", "delete", "remove"), "revoke"),
}
_MAY = {Scope.READ: "may only read", Scope.WRITE: "may read and write"}


class OnlyByCommand(DeskError):
    def __init__(self, what: str, verb: str) -> None:
        super().__init__(
            f"A {what} is shown by the command alone: type `{COMMAND} {verb}` outside of threads. "
            "Only you see it then, and no conversation keeps it."
        )


def asks_for_tokens(rest: Words) -> bool:
    """Whether that is what may follow `token`: else it begins somebody's sentence."""
    return not rest or bare(rest.typed[0]).lower() in _VERBS


async def token(invocation: Invocation) -> Message:
    if not invocation.replies.opens:
        raise OnlyByCommand("token", "token")
    words = invocation.words
    verb = bare(words.typed[0]).lower() if words else ""
    match _VERBS.get(verb):
        case "new":
            return await _new(invocation, words.typed[1:])
        case "revoke":
            return await _revoke(invocation, " ".join(words.typed[1:]))
        case "list" if len(words) == 1:
            return await _list(invocation)
    raise NotUnderstood(
        f"Try `{COMMAND} token new nightly export`, with `read` behind it if it is only to read, "
        f"`{COMMAND} token list`, or `{COMMAND} token revoke nightly export`."
    )


async def link(invocation: Invocation) -> Message:
    if not invocation.replies.opens:
        raise OnlyByCommand("code", "link")
    desk = invocation.desk
    code = await desk.people.linking.code(invocation.by.id, at=desk.clock())
    minutes = GOOD_FOR // timedelta(minutes=1)
    return {
        "text": "To become one with your account over REST, sign in there and send "
        f'`POST /api/auth/link` with `{{"code": "{code.code}"}}` within {minutes} minutes. Its '
        "e-mail address, password and name stay, and what you filed and wrote here is its, too. "
        "Show this code to nobody: whoever sends it is you from then on, for good.\n"
        f"{to_copy(code.code)}"
    }


async def _new(invocation: Invocation, words: Sequence[str]) -> Message:
    name, only_to_read = new_token(words)
    if not name:
        raise NotUnderstood(f"What is it for? Try `{COMMAND} token new nightly export`.")
    scope = Scope.READ if only_to_read else Scope.WRITE
    new = parse(NewApiToken, {"name": name, "scope": scope})
    made, secret = await invocation.desk.people.tokens.make(invocation.by.id, new)
    return {
        "text": f"“{quoted(made.name, 100)}” {_MAY[made.scope]} as you, until you revoke it. This "
        "is shown only now: keep it where nobody but the program reads it. It is sent as "
        f"`Authorization: Bearer`.\n{to_copy(str(secret))}"
    }


async def _revoke(invocation: Invocation, typed: str) -> Message:
    if not typed:
        raise NotUnderstood(
            f"Which one? `{COMMAND} token list` shows them. Try "
            f"`{COMMAND} token revoke nightly export`."
        )
    name = await invocation.desk.people.tokens.revoke_named(invocation.by.id, typed)
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
