"""Accounts that are one by a link: what was written under the id of either is one person's.

The account with an e-mail address stays, and says which other it was made one with. Histories and
comments keep the id that they were written with; it is read, and asked for, as the one that stays.
A ticket's requester and assignee are rewritten after a while (core/store/people/rewriting.py).
"""

from typing import Any, NamedTuple

from bson import ObjectId

Document = dict[str, Any]


class _Link(NamedTuple):
    id: ObjectId
    other: ObjectId
    slack_id: str | None


# By both ids. An id is an account's in no other database, so that one table does for all.
_LINKS: dict[ObjectId, _Link] = {}
# Those that stay whose tickets may not say so yet. They are few: each for some seconds.
_UNWRITTEN: set[ObjectId] = set()


def know(account: Document) -> None:
    """What an account's document says of it: whoever acts by it knows then what was the other's."""
    if other := account.get("linked_from"):
        link = _Link(account["_id"], other, account.get("slack_id"))
        _LINKS[link.id] = _LINKS[link.other] = link
        if "rewrite_at" in account:
            _UNWRITTEN.add(link.id)
        else:
            _UNWRITTEN.discard(link.id)


def now(id: ObjectId) -> ObjectId:
    """The id of the account that stays."""
    return link.id if (link := _LINKS.get(id)) else id


def slack_id(id: ObjectId) -> str | None:
    """Whoever has an account by a link is in Slack also where a ticket does not say so."""
    return link.slack_id if (link := _LINKS.get(id)) else None


def ids(account_id: str) -> list[ObjectId]:
    """All that are this account's, the one that stays first."""
    id = ObjectId(account_id)
    return [link.id, link.other] if (link := _LINKS.get(id)) else [id]


def whose(account_id: str) -> Any:
    """What a filter asks a field for that has somebody's id."""
    first, *others = ids(account_id)
    return {"$in": [first, *others]} if others else first


def is_requester(account_id: str) -> Document:
    """As an expression over a ticket's document."""
    return {"$in": ["$requester._id", ids(account_id)]}


def ids_there(person: str) -> list[Any]:
    """The ids of a ticket's requester or assignee, that which stands there first, as expressions
    over its document: what it owes may be named by either, as long as it does not say itself that
    both are one."""
    there = f"{person}._id"
    others = []
    for link in _unwritten():
        gone = {"$cond": [{"$eq": [there, link.id]}, link.other, None]}
        others.append({"$cond": [{"$eq": [there, link.other]}, link.id, gone]})
    return [there, *others]


def slack_id_there(person: str) -> Any:
    """Which Slack user that is, likewise: a ticket that was filed over REST does not say so yet."""
    id, slack_id = f"{person}._id", f"{person}.slack_id"
    branches = [
        {"case": {"$eq": [id, link.id]}, "then": {"$literal": link.slack_id}}
        for link in _unwritten()
    ]
    return {"$switch": {"branches": branches, "default": slack_id}} if branches else slack_id


def _unwritten() -> list[_Link]:
    return [_LINKS[id] for id in _UNWRITTEN if id in _LINKS]


def keys(name: str) -> list[str]:
    """A key that is its author's own, as each of their ids made it."""
    id, colon, rest = name.partition(":")
    return [f"{one}{colon}{rest}" for one in ids(id)] if ObjectId.is_valid(id) else [name]
