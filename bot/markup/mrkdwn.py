"""How people's words reach Slack harmlessly, and how Slack's reach us as they were typed."""

import re
from collections.abc import Callable
from datetime import datetime

from core.blank_text import contained, straight
from core.people.accounts import ERASED, Person

# How Slack writes a moment.
DATE = "{date_short_pretty} at {time}"


def escaped(text: str) -> str:
    """What somebody typed, safe inside mrkdwn and message text: it cannot ring or link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def one_line(text: str, length: int) -> str:
    """Cut to a length, with no direction that reaches beyond it."""
    return contained(shortened(" ".join(text.split()), length))


def in_lines(text: str, length: int) -> str:
    """Likewise, with its line breaks."""
    return "\n".join(map(contained, shortened(text.strip(), length).splitlines()))


def folded(text: str, most: int, length: int) -> str:
    """Its beginning, in so many lines and characters at most: blank lines are left out."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    kept = "\n".join(lines[:most])
    return in_lines(f"{kept} …" if lines[most:] and len(kept) < length - 1 else kept, length)


def quoted(text: str, length: int) -> str:
    """Somebody's words on one line of mrkdwn; cut first, so that no entity is cut in two."""
    return inert(one_line(text, length))


def to_copy(line: str) -> str:
    """A line that somebody typed, given back as code, which it cannot end: of very many signs the
    first, since a message has room for 40,000 when they are escaped."""
    return "```" + escaped(shortened(line, _COPIED)).replace("```", "'''") + "```"


_COPIED = 7000

# An emoji by its name, of a hundred characters at most, which Slack shows as one
# (https://docs.slack.dev/messaging/formatting-message-text): but no figures of a time of day.
EMOJI = r"(?<![\w:]):(?!(?!100:|1234:)[0-9]+:)([a-z0-9+-][a-z0-9_+'-]{0,99}):(?![0-9])"


def inert(text: str) -> str:
    """Escaped, for the places that take nothing but mrkdwn: a sign inside a word begins and ends
    nothing, so word joiners, which nobody sees, make each one such. Rich text needs none."""
    return re.sub(rf"{EMOJI}|[*_~`]", _harmless, escaped(text))


def _harmless(sign: re.Match[str]) -> str:
    return sign[0] if sign[1] else f"\u2060{sign[0]}\u2060"


def unsigned(said: str) -> str:
    """For notifications and screen readers, which may have nothing but the names of the signs that
    lines of ours begin with."""
    return re.sub(r"^:[a-z_]+: ", "", said, flags=re.MULTILINE)


def mention(person: Person) -> str:
    """Rings the person in Slack if they are there, and is their name if not."""
    return f"<@{person.slack_id}>" if person.slack_id else inert(name_of(person))


def shown_as(person: Person, *, directly: bool) -> str:
    """Somebody in a sentence: mentioned where one other person reads it `directly`, since that
    rings nobody and says it as Slack does; by name where others read it, whom it might ring."""
    return mention(person) if directly or is_nameless(person) else inert(name_of(person))


def is_nameless(person: Person) -> bool:
    """Slack says nobody's name in the events of messages: it is known once they did something."""
    return person.name == person.slack_id


def name_of(person: Person, length: int = 100) -> str:
    """For where nobody is rung. Somebody who is not in Slack may have given themselves any name, so
    that it is told from those of people here; also one from before directions were refused."""
    name = one_line(straight(person.name), length)
    return name if person.slack_id or person.name == ERASED else f"{name} (REST)"


def local_time(at: datetime) -> str:
    """Shown to each reader in their own time zone; older clients show the UTC fallback."""
    return f"<!date^{int(at.timestamp())}^{DATE}|{utc(at)}>"


def utc(at: datetime) -> str:
    return f"{at.strftime('%Y-%m-%d %H:%M')} UTC"


# Sign, id or address, and label: https://docs.slack.dev/messaging/formatting-message-text. None of
# them holds a "<", which Slack escapes: so nothing is looked at more than once.
_TOKEN = re.compile(r"<([@#!]?)([^<>|\s]+)(?:\|([^<>]*))?>")
_EVERYBODY = frozenset({"here", "channel", "everyone"})


def as_typed(text: str) -> str:
    """A command's text as the person saw it: Slack sends mentions, links and dates in angle
    brackets and escapes the rest. Word joiners are ours (`inert`), and come back when copied."""
    text = _TOKEN.sub(_seen, text).replace("\u2060", "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


# An address behind other words.
_LINK = re.compile(r"<([a-z]+:[^<>|\s]+)\|([^<>]*)>")


def as_said(text: str) -> str:
    """Likewise a message's, with the addresses that nobody sees behind words."""
    return as_typed(_LINK.sub(_with_address, text))


def _with_address(link: re.Match[str]) -> str:
    address, label = link.groups()
    return link[0] if label in address else f"{label} ({address})"


def _seen(token: re.Match[str]) -> str:
    sign, named, label = token.groups()
    match sign:
        case "@" | "#":
            return f"{sign}{(label or named).removeprefix(sign)}"
        case "!":
            if named in _EVERYBODY:
                return f"@{named}"
            return label or f"@{named.partition('^')[2] or named}"
    if label:
        return label
    for scheme in ("mailto:", "tel:"):
        named = named.removeprefix(scheme)
    return named


def with_names(text: str, called: Callable[[str], str | None]) -> str:
    """A message's text with the names that are known of those whom it mentions, as Slack says them
    in commands: in messages it says only who is meant."""

    def named(mention: re.Match[str]) -> str:
        name = called(mention[1])
        return f"<@{mention[1]}|{escaped(name)}>" if name else mention[0]

    return re.sub(r"<@([UW][A-Z0-9]+)>", named, text)


def mentioned(text: str) -> tuple[str, str | None] | None:
    """The Slack user id in the first mention, with the name if Slack gave one."""
    found = re.search(r"(?<!\S)<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>(?![^\s,.;:!?])", text)
    return (found[1], found[2] or None) if found else None
