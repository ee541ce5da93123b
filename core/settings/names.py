"""Names that look like settings and are none: which setting is meant by them."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from core.settings.env_file import EnvFile

# What is called so is meant for us.
OURS = ("SLACK_", "HELPDESK_")
# How MongoDB's address is called elsewhere.
_MONGO = r"MONGO(_?DB)?_?(URI|URL|CONNECTION|CONNECTION_STRING|CONNECTION_URI|ADDRESS|DSN)"
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_KUBERNETES = r".+_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?)"
# Unlike names of four letters these are hardly ever near to something else by chance.
_LONG = 6


def meant(name: str, known: Collection[str], *, in_file: bool) -> str | None:
    """The setting that somebody means by this name; None where it may well be for others.

    The file is ours; the environment is shared with everything else that runs there, so that only
    what is very near counts.
    """
    written = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    same = [written, written.removeprefix("HELPDESK_"), *([f"HELPDESK_{written}"] * in_file)]
    if exact := [one for one in same if one in known]:
        return exact[0]
    if re.fullmatch(_MONGO, written.removeprefix("HELPDESK_")):
        return "MONGO_URI"
    if written.startswith("SLACK_"):
        return _nearest(written, known, 0.75)
    if written.startswith("HELPDESK_"):
        # Compared without what they share.
        parts = {one.removeprefix("HELPDESK_"): one for one in known}
        near = _nearest(written.removeprefix("HELPDESK_"), parts, 0.7)
        return parts[near] if near else None
    long = [one for one in known if len(one) > _LONG and not one.startswith("HELPDESK_")]
    if not in_file:
        return _nearest(written, [one for one in long if one[:4] == written[:4]], 0.88)
    short = [one for one in known if len(one) <= _LONG]
    swapped = [one for one in short if sorted(one) == sorted(written)]
    near = _nearest(written, short, 0.85) or _nearest(written, long, 0.8)
    return swapped[0] if swapped else near


def _nearest(name: str, known: Collection[str], cutoff: float) -> str | None:
    return next(iter(get_close_matches(name, known, n=1, cutoff=cutoff)), None)


def _is_kubernetes(name: str, value: str) -> bool:
    """Whether a cluster set it, for a service that happens to be called as we are."""
    return re.fullmatch(_KUBERNETES, name) is not None or value.startswith(("tcp://", "udp://"))


class Misnamed(NamedTuple):
    """Sentences of those without which the desk lacks something, and of those it can do without."""

    fatal: list[str]
    harmless: list[str]
    # The settings that are meant by the fatal ones.
    meant: set[str]


def misnamed(file: EnvFile, environment: Mapping[str, str], known: Collection[str]) -> Misnamed:
    """What is said of the names that are no settings, though they look as if they were."""
    given = {*map(str.upper, environment), *file.values}
    found = Misnamed([], [], set())
    for name in sorted(given - {*known}):
        in_file = name in file.values
        if not in_file and _is_kubernetes(name, environment.get(name, "")):
            continue
        right = meant(name, known, in_file=in_file)
        if right is not None and right not in given:
            found.meant.add(right)
            place = f" ({file.place(name)})" if in_file else ""
            found.fatal.append(
                f"{name} is no setting{place}: write {right} in its place, or take it away."
            )
        elif name.startswith(OURS) or (right and in_file):
            meaning = f" Is {right} meant?" if right else ""
            found.harmless.append(f"{name} is no setting, and does nothing.{meaning}")
    return found
