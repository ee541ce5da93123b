"""What its requester and its assignee are told of a ticket: what they have to do, and its end.

A requester's notices stand under the message that the ticket was made from, or else go to them
directly; an assignee has one message for each ticket, edited as it changes, and one more only
where they have to do something anew.
"""

from collections.abc import Sequence

from core.people.accounts import Hears, Person
from core.store import linked
from core.store.delivery.entries import (
    ALL,
    BEHIND,
    CLAIMED,
    THERE,
    Expression,
    among,
    any_of,
    each,
    entry,
    where,
)
from core.store.mapping import Document
from core.tickets import Comment, Status, Ticket
from core.tickets.alert import REPLY, SOON
from core.tickets.news import About, News, went_unanswered

ALL_OF_IT, NEEDED = Hears.ALL.value, Hears.NEEDED.value
IS_FINISHED = {"$in": ["$status", [status.value for status in Status if status.finished]]}


def notify_id(account_id: str, *more: str) -> str:
    return ":".join(("notify", account_id, *more))


def with_news(
    deliveries: Expression, new: Ticket, news: News, *, words: Comment | None
) -> Expression:
    """With what somebody is to hear of a change, with the `words` that came with it if it carries
    them."""
    match news.about:
        case "taken":
            return _with_receipt(deliveries, news.to)
        case "yours" | "reopened":
            taken = news.about == "yours"
            ids = linked.ids(news.to.id) if taken else linked.ids_there("$assignee")
            notice = _notice(news.about, at=new.updated_at, comment=words)
            to, need = news.to.slack_id, str(new.version)
            return _needed(deliveries, ids, to, need, notice, again=True)
    return {"$concatArrays": [deliveries, [_to_requester(new, news, words)]]}


def _notice(about: About, *, at: Expression = None, comment: Comment | None = None) -> Document:
    said = {"comment": comment.id} if comment else {}
    return {"about": about, "at": at} | said


def _with_receipt(deliveries: Expression, requester: Person) -> Expression:
    """Where nothing shows its requester yet how it is."""
    there = any_of("$$before", {"$in": ["$$one.kind", ["receipt", "requester_card"]]})
    receipt = entry("receipt", to=requester.slack_id, tell=ALL_OF_IT)
    more = {"$cond": [there, [], [receipt]]}
    with_it = {"$concatArrays": ["$$before", more]}
    return {"$let": {"vars": {"before": deliveries}, "in": with_it}}


def _to_requester(new: Ticket, news: News, words: Comment | None) -> Document:
    paused = new.sla_history.paused
    since = new.closes_at if news.about == "reminded" else paused and paused.since
    notice = _notice(news.about, at=since, comment=words)
    id = notify_id(news.to.id, str(new.version))
    # Words for them are heard by whoever hears only what they have to do, and that their answer is
    # missed.
    for_all = news.about == "ended" and words is None and not went_unanswered(new)
    tell = ALL_OF_IT if for_all else NEEDED
    if new.source is None:
        return entry("direct_notice", id=id, to=news.to.slack_id, notice=notice, tell=tell)
    place = {"to": new.source.channel, "thread": new.source.ts}
    # Others read there what is said.
    heard = {} if words else {"tell": tell}
    return entry("notice", id=id, notice=notice) | place | heard


def carries(news: News, new: Ticket, said: Comment) -> bool:
    """Whether what somebody is told has the words of a change, which need nothing else then. What
    a requester is told, only where they do not stand in that thread already."""
    if news.about == "reopened":
        return not said.internal and said.author.id == new.requester.id
    source = new.source
    there = source is not None and said.thread == (source.channel, source.ts)
    return news.about == "ended" and not said.internal and not there


def with_question(
    deliveries: Expression, comment: Comment, *, finished: Expression = IS_FINISHED
) -> Expression:
    """If its requester said that, and nobody answered yet, its assignee hears of it: once for all
    that they say until somebody does. What is resolved or closed, its objection tells."""
    at = comment.created_at
    asks = [
        linked.is_requester(comment.author.id),
        *_of_another(),
        {"$not": [finished]},
        {"$gte": [at, "$created_at"]},
        {"$gt": [at, "$replied_at"]},
    ]
    first = {"$eq": [{"$ifNull": ["$asked", []]}, []]}
    notice = _notice("asked", at=at, comment=comment)
    told = _to_assignee("$$asked_before", comment.id, notice, again=first)
    told = {"$cond": [{"$and": asks}, told, "$$asked_before"]}
    return {"$let": {"vars": {"asked_before": deliveries}, "in": told}}


def with_soon(deliveries: Expression, *, quiet: bool) -> Expression:
    """If the alert that just rang says that an answer is late soon. It rings its assignee itself,
    unless it was `quiet`."""
    ring = {"$first": among(ALL, CLAIMED)}
    soon = [{"$eq": ["$$rung.ring.kind", f"{REPLY}{SOON}"]}, *_of_another()]
    due = {"$toString": {"$toLong": "$$rung.ring.due"}}
    told = _to_assignee("$$soon_before", due, _notice("soon", at="$$rung.ring.due"), again=quiet)
    told = {"$cond": [{"$and": soon}, told, "$$soon_before"]}
    names = {"soon_before": deliveries, "rung": ring}
    return {"$let": {"vars": names, "in": told}}


def with_unhelpful(deliveries: Expression) -> Expression:
    """Its assignee hears that what came of it was of no help."""
    id = {"$concat": ["notify:", {"$toString": "$assignee._id"}, ":unhelpful"]}
    told = [_direct(id, linked.slack_id_there("$assignee"), _notice("unhelpful"))]
    more = {"$cond": [{"$and": _of_another()}, told, []]}
    return {"$concatArrays": [deliveries, more]}


def _of_another() -> list[Document]:
    """It has an assignee in Slack, who did not file it."""
    in_slack = {"$gt": [linked.slack_id_there("$assignee"), None]}
    return [in_slack, {"$not": [{"$in": ["$requester._id", linked.ids_there("$assignee")]}]}]


def _to_assignee(
    deliveries: Expression, need: Expression, notice: Document, *, again: Expression
) -> Expression:
    ids, slack_id = linked.ids_there("$assignee"), linked.slack_id_there("$assignee")
    return _needed(deliveries, ids, slack_id, need, notice, again=again)


def _needed(
    deliveries: Expression,
    ids: Sequence[Expression],
    slack_id: Expression,
    need: Expression,
    notice: Document,
    *,
    again: Expression,
) -> Expression:
    """With their message about this ticket, if there is none yet. One that is there shows by itself
    how the ticket is; if they have to do something `again`, there is one more. Any of their `ids`
    may have given it its name, and the first does so now."""
    mains = [{"$concat": ["notify:", {"$toString": id}]} for id in ids]
    main = mains[0]
    more = {"$concat": [main, ":", need]}

    def new(id: Expression) -> Expression:
        return {"$concatArrays": ["$$all", [_direct(id, slack_id, notice)]]}

    posted = {"$gt": [{"$first": "$$theirs.ts"}, None]}
    once_more = {"$and": [posted, again, {"$not": [{"$in": [more, "$$all.id"]}]}]}
    is_main = {"$in": ["$$one.id", mains]}
    # It may just have been found that there is nothing to say any more.
    not_there = {"$and": [is_main, {"$not": [THERE]}]}
    behind = each("$$all", where(not_there, BEHIND | {"notice": notice}))
    found = {"$cond": [once_more, new(more), behind]}
    none = {"$eq": ["$$theirs", []]}
    its = among("$$all", is_main)
    told = {"$let": {"vars": {"theirs": its}, "in": {"$cond": [none, new(main), found]}}}
    return {"$let": {"vars": {"all": deliveries}, "in": told}}


def _direct(id: Expression, slack_id: Expression, notice: Document) -> Expression:
    one = entry("direct_notice", id=id, notice=notice, tell=NEEDED)
    return one | {"to": slack_id}
