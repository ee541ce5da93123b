"""What its requester and its assignee are told of a ticket beside what shows how it is."""

from collections.abc import Sequence
from datetime import datetime
from itertools import repeat

from bot.markup.blocks import Block, Message, context, plain, section
from bot.markup.mrkdwn import local_time, mention, quoted, shown_as, unsigned
from bot.slack.metadata import NOTICE
from bot.tickets.card import HELPFUL, REPLY, buttons, menu, show_all
from bot.tickets.line import ended, head, headline, named, state
from bot.tickets.thread import comment, spoken
from core.alerts.rules import AlertRules, awaited_reply
from core.sla.history import REQUESTER
from core.store import Delivery
from core.tickets import Comment, Status, Ticket
from core.tickets.news import went_unanswered

# Characters of what notifications say, and of a requester's words that an assignee is shown.
_TEXT = 300
_TO_REQUESTER = ("ended", "waits", "reminded")


def is_current(one: Delivery) -> bool:
    """Whether it is still so, of what its requester was told."""
    assert one.notice is not None
    ticket, notice = one.ticket, one.notice
    if notice.about == "reminded":
        return ticket.closes_at is not None and ticket.closes_at == notice.at
    paused = ticket.sla_history.paused
    if paused is None or paused.since != notice.at:
        return False
    if notice.about == "ended":
        return ticket.status.finished
    return ticket.waiting_for == REQUESTER


def stands(one: Delivery) -> bool:
    """Whether there is still anything to say, where it was not said yet."""
    assert one.notice is not None
    if one.ts is not None:
        return True
    ticket, notice = one.ticket, one.notice
    if notice.about in _TO_REQUESTER:
        return is_current(one) or notice.comment is not None
    if notice.about == "unhelpful":
        return True
    has_it = ticket.assignee is not None and ticket.assignee.id == one.account
    if notice.about in ("asked", "soon") and not ticket.asked:
        return False
    return has_it and not ticket.status.finished


def notice(one: Delivery, *, at: datetime, rules: AlertRules) -> Message:
    assert one.notice is not None
    if one.notice.about in _TO_REQUESTER:
        said = _ended(one) if one.notice.about == "ended" else _waits(one)
    elif _is_main(one):
        said = _stands(one, at=at, rules=rules)
    else:
        said = _again(one, rules=rules)
    payload = {"notice": one.id, "ticket": one.ticket.id}
    return said | {"metadata": {"event_type": NOTICE, "event_payload": payload}}


def _is_main(one: Delivery) -> bool:
    return one.id.count(":") == 1


def _ended(one: Delivery) -> Message:
    """With the words that came with it."""
    ticket, paused = one.ticket, one.ticket.sla_history.paused
    words, directly = _words(one), one.kind == "direct_notice"
    quotation = _quoted(words, directly=directly)
    if not is_current(one):
        said = f"{named(ticket)}\nIt was done; it has been reopened since."
        return {"text": said, "blocks": [section(said), *quotation]}
    who = f" by {shown_as(paused.by, directly=directly)}" if paused and paused.by else ""
    if went_unanswered(ticket):
        said = (
            f"{named(ticket)}\nClosed: it waited for your answer, and none came. Is it not done? "
            "*Reopen* sets it going again."
        )
    else:
        # Who resolved it need not be who closed it.
        done = "Resolved" if ticket.status is Status.RESOLVED else "Closed, done"
        said = f"{named(ticket)}\n{done}{who}."
    heard = f"{said}\n>{quoted(words.message, _TEXT)}" if words else said
    row = buttons(ticket, ["reopen"], followed=True)
    if ticket.helpful is not None:
        was = "was" if ticket.helpful else "was not"
        judge = "You" if directly else shown_as(ticket.requester, directly=False)
        judged = f"{judge} said that it {was} helpful."
    elif ticket.status is Status.RESOLVED:
        judged = "Was this helpful?"
        row["elements"] = [*map(_judging, HELPFUL, repeat(ticket)), *row["elements"]]
    else:
        judged = ""
    asked = [context(judged)] if judged else []
    shown = section(f":white_check_mark: {said}")
    return {"text": heard, "blocks": [shown, *quotation, *asked, row]}


def _judging(name: str, ticket: Ticket) -> Block:
    said, about = HELPFUL[name]
    return {
        "type": "button",
        "action_id": name,
        "text": plain(said),
        "value": ticket.id,
        "accessibility_label": f"{ticket.key} {about}",
    }


def _waits(one: Delivery) -> Message:
    ticket = one.ticket
    # Somebody's word puts the end off; it waits all the same.
    reminded = one.notice is not None and one.notice.about == "reminded"
    if not is_current(one) and not (reminded and ticket.waiting_for == REQUESTER):
        after = "none came" if went_unanswered(ticket) else "it has gone on since"
        said = f"{named(ticket)}\nIt waited for your answer; {after}."
        return {"text": said, "blocks": [section(said)]}
    sign, still = "speech_balloon", ""
    if reminded:
        sign, still = "hourglass_flowing_sand", "still "
    said = (
        f"{named(ticket)}\nIt {still}waits for your answer: what you say in this thread sets it "
        "going again."
    )
    if ticket.closes_at is not None:
        said += f" Without an answer it is closed {local_time(ticket.closes_at)}."
    return {"text": said, "blocks": [section(f":{sign}: {said}")]}


def _stands(one: Delivery, *, at: datetime, rules: AlertRules) -> Message:
    """An assignee's one message: how the ticket is, and who waits for an answer."""
    ticket = one.ticket
    late = ticket.breached(at=at)
    text = headline(ticket, late=late)
    if ticket.status.finished:
        return {"text": text, "blocks": ended(ticket, late=late)}
    if ticket.assignee is None or ticket.assignee.id != one.account:
        said = "It is not yours any more."
        blocks = [head(ticket, late=late), context(said)]
        return {"text": f"{text}\n{said}", "blocks": blocks}
    how = f"late, {state(ticket)}" if late else state(ticket)
    said = f"{named(ticket)}\nIt is yours: {how}, {ticket.priority} priority."
    blocks = [head(ticket, late=late, yours=True)]
    if ticket.asked:
        waits = _awaited(ticket, rules, at=at)
        asked = _last_asked(ticket)
        is_below = asked is not None and asked.id in one.told
        blocks += [context(waits), *(() if is_below else _quoted(asked))]
        said += f"\n{unsigned(waits)}"
    row = buttons(ticket, [*ticket.next_actions, REPLY], followed=True)
    row["elements"] += [show_all(ticket), menu(ticket)]
    return {"text": said, "blocks": [*blocks, row]}


def _again(one: Delivery, *, rules: AlertRules) -> Message:
    """One more, where they have to do something anew: this changes no more."""
    assert one.notice is not None
    ticket, said = one.ticket, named(one.ticket)
    match one.notice.about:
        case "yours":
            said += "\nIt is yours again."
        case "reopened":
            said += "\nIt was reopened, and is yours still."
            return {"text": said, "blocks": [section(said), *_quoted(_words(one))]}
        case "unhelpful":
            return _unhelpful(ticket)
        case "soon":
            assert one.notice.at is not None
            who = mention(ticket.requester)
            said += f"\n{who} waits for an answer, due {local_time(one.notice.at)}."
            return {"text": said, "blocks": [section(f":hourglass_flowing_sand: {said}")]}
        case _:
            words = _words(one)
            text = f": {quoted(words.message, _TEXT)}" if words else ""
            heard = f"{said}\n*{mention(ticket.requester)}*{text}"
            return {"text": heard, "blocks": [section(said), *_quoted(words)]}
    return {"text": said, "blocks": [section(said)]}


def _unhelpful(ticket: Ticket) -> Message:
    who = mention(ticket.requester)
    said = f"{named(ticket)}\n{who} says that what came of it was not helpful."
    row = [buttons(ticket, ["reopen", REPLY], followed=True)] if ticket.status.finished else []
    return {"text": said, "blocks": [section(said), *row]}


def _awaited(ticket: Ticket, rules: AlertRules, *, at: datetime) -> str:
    who, reply = mention(ticket.requester), awaited_reply(ticket, rules)
    if reply is None:
        return f"{who} waits for an answer."
    if reply.due < at:
        return f":rotating_light: {who} waits for an answer, due {local_time(reply.due)}."
    soon = ":hourglass_flowing_sand: " if reply.soon and reply.soon <= at else ""
    return f"{soon}{who} waits for an answer, due {local_time(reply.due)}."


def _last_asked(ticket: Ticket) -> Comment | None:
    theirs = [one for one in ticket.comments if one.author.id == ticket.requester.id]
    said = [one for one in theirs if not one.withdrawn and not one.internal]
    return said[-1] if said else None


def _words(one: Delivery) -> Comment | None:
    assert one.notice is not None
    return comment(one.ticket, one.notice.comment) if one.notice.comment else None


def _quoted(said: Comment | None, *, directly: bool = True) -> Sequence[Block]:
    return spoken(said, directly=directly) if said is not None else ()
