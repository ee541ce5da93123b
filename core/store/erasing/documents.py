"""What a ticket's document is once somebody is erased. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bson import ObjectId

from core.people.accounts import ERASED
from core.sla.history import REQUESTER
from core.store.erasing.names import ERASED_WORDS, without
from core.store.mapping import Document
from core.store.tickets import comment_words

_PERSON = {"_id", "name", "slack_id"}
# Fields that hold people's words, and the values of changed fields among them.
_WORDS = {"title", "description", "message", "waiting_for", "name", "token", "old", "new"}
# Of which the one who filed a ticket wrote the first.
_OF_REQUESTER = {"title", "description"}
# What goes with their words, or is made of them.
_BY_REQUESTER = ("idempotency", "wording", "files")
_IN_WORDS = ("title", "description", "waiting_for")
# In the place of a digest: equal to none, so that the key goes on to be a used one.
_NO_DIGEST = ""
# Of `alert`, which is written without a new version, too: these alone are.
_OF_ALERT = ("acknowledged", "snoozed")


class Whom(NamedTuple):
    # All that are theirs, their account's first.
    ids: Sequence[ObjectId]
    # Finds where others name them.
    named: re.Pattern[str] | None


def said_by(ids: Sequence[ObjectId], timeline: Iterable[Mapping[str, Any]]) -> set[str]:
    """What somebody changed words of a ticket to."""
    changes = [one.get("changes", {}) for one in timeline if one["by"]["_id"] in ids]
    said = {one[field]["new"] for one in changes for field in _IN_WORDS if field in one}
    return said - {None, "", REQUESTER}


def names_of(ids: Sequence[ObjectId], value: Any) -> set[str]:
    """By which names a document has somebody."""
    if isinstance(value, list):
        return set().union(*(names_of(ids, one) for one in value))
    if not isinstance(value, dict):
        return set()
    if value.keys() == _PERSON:
        return {value["name"]} - {value["slack_id"], ERASED} if value["_id"] in ids else set()
    return set().union(*(names_of(ids, one) for one in value.values()))


def erased(document: Document, whom: Whom, *, said: Collection[str] = ()) -> Document:
    """What of a ticket's fields changes to what; None for those that go. Nothing of what Slack is
    owed is among them. What else they `said` than its own timeline knows may be given."""
    theirs = document["requester"]["_id"] in whom.ids
    old = {name: value for name, value in document.items() if name not in ("deliveries", "words")}
    new = _without(old, whom)
    own = {*said, *said_by(whom.ids, document.get("timeline", ()))}
    for field in _IN_WORDS:
        if field in old:
            new[field] = _replaced(old[field], new[field], own, theirs and field in _OF_REQUESTER)
    if theirs:
        for field in _BY_REQUESTER:
            new.pop(field, None)
    new |= _entries(old, new, whom.ids, own, theirs=theirs)
    for before, after in zip(old.get("pauses", ()), new.get("pauses", ()), strict=True):
        after["waiting_for"] = _replaced(before["waiting_for"], after["waiting_for"], own, False)
    _forget_digests(old, new)
    for before, after in zip(old.get("comments", ()), new.get("comments", ()), strict=True):
        if after["author"]["_id"] in whom.ids:
            _withdraw(after)
        elif before["message"] != after["message"] and "source" not in after and "body" in after:
            after["body"] = _NO_DIGEST
    if "words" in document:
        left = {*comment_words.searched(new.get("comments", ()))}
        old["words"] = document["words"]
        new["words"] = [word for word in old["words"] if word in left]
    return _changes(old, new)


def _without(value: Any, whom: Whom, field: str = "") -> Any:
    """With another person in their place, and without their names."""
    if isinstance(value, list):
        return [_without(one, whom, field) for one in value]
    if isinstance(value, str):
        return without(value, whom.named) if field in _WORDS else value
    if not isinstance(value, dict):
        return value
    if value.keys() == _PERSON:
        is_them = value["_id"] in whom.ids
        return {"_id": whom.ids[0], "name": ERASED, "slack_id": None} if is_them else dict(value)
    return {name: _without(one, whom, name) for name, one in value.items()}


def _forget_digests(old: Document, new: Document) -> None:
    """Of words that are others now: by them a name could be guessed."""
    for field in ("title", "description"):
        if field in old and old[field] != new[field]:
            if "idempotency" in new:
                new["idempotency"]["body"] = _NO_DIGEST
            if "wording" in new:
                new["wording"][field] = _NO_DIGEST


def _replaced(before: Any, after: Any, own: Collection[str], all_of_it: bool) -> Any:
    return ERASED_WORDS if before and (all_of_it or before in own) else after


def _entries(
    old: Document, new: Document, ids: Sequence[ObjectId], own: Collection[str], *, theirs: bool
) -> Document:
    if "timeline" not in old:
        return {}
    pairs = zip(old["timeline"], new["timeline"], strict=True)
    return {"timeline": [entry(*pair, ids, own, theirs=theirs) for pair in pairs]}


def entry(
    old: Document, new: Document, ids: Sequence[ObjectId], own: Collection[str], *, theirs: bool
) -> Document:
    """What is left of an entry of the timeline, which stays: who did what when."""
    for field in _IN_WORDS:
        if field in (changes := new.get("changes", {})):
            all_of_it = theirs and field in _OF_REQUESTER
            for which in ("old", "new"):
                before, after = old["changes"][field][which], changes[field][which]
                changes[field][which] = _replaced(before, after, own, all_of_it)
    if old["by"]["_id"] in ids or old.get("changes") != new.get("changes"):
        # A form's ends in a digest of what was sent.
        new.pop("key", None)
    if old["by"]["_id"] in ids and "token" in new:
        new["token"] = ERASED_WORDS
    return new


def _withdraw(comment: Document) -> None:
    """As if they had withdrawn it: no edit of its message gives it words again."""
    comment["message"] = ""
    if comment.get("files"):
        comment["files"] = []
    if "source" not in comment:
        # By their own key, and made of their words.
        comment.pop("key", None)
        comment.pop("body", None)


def _changes(old: Document, new: Document) -> Document:
    changed = {
        field: new.get(field) for field in old if field != "alert" and new.get(field) != old[field]
    }
    for name in _OF_ALERT:
        before, after = (one.get("alert", {}).get(name) for one in (old, new))
        if before != after:
            changed[f"alert.{name}"] = after
    return changed
