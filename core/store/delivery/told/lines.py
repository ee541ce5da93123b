"""Which lines tell of a comment where it was not said: under the ticket's card, and to its
requester."""

from core.people.accounts import Hears
from core.store.delivery.entries import ALL, Expression, among, any_of, each, entry, where
from core.store.linked import is_requester, slack_id_there
from core.store.mapping import Document
from core.tickets import Comment

# Comments that a line tells besides its own.
MOST_JOINED = 4


def with_lines(
    deliveries: Expression, comment: Comment, *, notes: bool, to_requester: bool
) -> Expression:
    """With the lines of a comment: all that is said stands under the ticket's card, `notes` only if
    requesters do not read there; and what is public, if it is to be told `to_requester`, under the
    message that the ticket was made from, or else by direct message. What was said in a channel
    needs no line there, nor does what is withdrawn."""
    lines: list[Expression] = []
    if not comment.withdrawn and (notes or not comment.internal):
        lines.append(_line_under_card(comment))
    if to_requester and not comment.withdrawn and not comment.internal:
        lines.append(_line_to_requester(comment))
    if not lines:
        return deliveries
    if "by" not in _by(comment):
        return {"$concatArrays": [deliveries, *lines]}
    one_more = {"initialValue": deliveries, "in": _with_line(comment)}
    return {"$reduce": {"input": {"$concatArrays": lines}} | one_more}


def _with_line(comment: Comment) -> Expression:
    """What there is with one more line: in one message with the line before it, if its author said
    that, too, and it is still to come."""
    last = {"$last": among("$$value", {"$eq": ["$$one.kind", "$$this.kind"]})}
    joins = [
        {"$eq": ["$$last.by", "$$this.by"]},
        {"$lte": ["$$last.ts", None]},
        {"$lte": ["$$last.first_try", None]},
        {"$lte": [{"$arrayElemAt": ["$$last.more", MOST_JOINED - 1]}, None]},
    ]
    more = {"more": {"$concatArrays": [{"$ifNull": ["$$one.more", []]}, [comment.id]]}}
    joined = each("$$value", where({"$eq": ["$$one.id", "$$last.id"]}, more))
    apart = {"$concatArrays": ["$$value", ["$$this"]]}
    chosen = {"$cond": [{"$and": joins}, joined, apart]}
    return {"$let": {"vars": {"last": last}, "in": chosen}}


def _by(comment: Comment) -> Document:
    """Whose words may stand in one message; what was said in a message has a line of its own, since
    it may be edited."""
    if comment.source is not None:
        return {}
    return {"by": f"{comment.author.id}:note" if comment.internal else comment.author.id}


def _line_under_card(comment: Comment) -> Expression:
    """Wherever that is by the time it is posted."""
    line = entry("desk_line", id=f"comment:{comment.id}:desk", **_by(comment))
    needed: list[Document] = []
    if (said_there := _said_in("$$card.to", comment)) is not None:
        needed.append({"$not": [said_there]})
    if comment.internal:
        # A ticket's requester reads the channel in which they asked.
        asked_in = {"$ifNull": ["$source.channel", "elsewhere"]}
        needed.append({"$ne": [{"$ifNull": ["$$card.to", "$source.channel"]}, asked_in]})
    if not needed:
        return [line]
    card = {"$first": among(ALL, {"$eq": ["$$one.kind", "card"]})}
    return {"$let": {"vars": {"card": card}, "in": {"$cond": [{"$and": needed}, [line], []]}}}


def _line_to_requester(comment: Comment) -> Expression:
    id = f"comment:{comment.id}:requester"
    place = {"to": "$source.channel", "thread": "$source.ts"}
    elsewhere: Expression = [entry("line", id=id, **_by(comment)) | place]
    if (said_there := _said_in("$source.channel", comment)) is not None:
        elsewhere = {"$cond": [said_there, [], elsewhere]}
    direct = entry("direct_line", id=id, tell=Hears.NEEDED.value, **_by(comment))
    direct["to"] = slack_id_there("$requester")
    in_slack = {"$gt": [direct["to"], None]}
    of_another = {"$not": [is_requester(comment.author.id)]}
    told = {"$cond": [{"$and": [in_slack, of_another]}, [direct], []]}
    return {"$cond": [{"$gt": ["$source.ts", None]}, elsewhere, told]}


def _said_in(channel: str, comment: Comment) -> Expression | None:
    """Whether it was said in that channel, in a thread of the ticket's; None where it was not said
    in Slack."""
    if comment.thread is None:
        # What is heard in a thread is.
        source = comment.source
        return {"$eq": [channel, source.channel]} if source is not None else None
    to, ts = comment.thread
    under_ours = any_of(ALL, {"$and": [{"$eq": ["$$one.to", to]}, {"$eq": ["$$one.ts", ts]}]})
    made_from = {"$and": [{"$eq": ["$source.channel", to]}, {"$eq": ["$source.ts", ts]}]}
    return {"$and": [{"$eq": [channel, to]}, {"$or": [under_ours, made_from]}]}
