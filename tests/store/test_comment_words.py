"""The words of a ticket's comments, as its document has them: always those of what stands now."""

import asyncio
import random

import pytest
from bson import ObjectId

from core.idempotency import Key
from core.people.accounts import Actor, Role, Via
from core.store.tickets import comment_words
from core.store.tickets.threads import Earlier
from core.tickets import Comment, NewTicket, SlackMessage, Ticket, TimelineEntry
from core.tickets.finding.query import TicketQuery
from core.tickets.room import WORDS
from tests.conftest import SLA

ADA = Actor(str(ObjectId()), "Ada", Role.USER, Via.SLACK, slack_id="U0ADA")
OLGA = Actor(str(ObjectId()), "Olga", Role.AGENT, Via.SLACK, slack_id="U0OLGA")
SAID = ["Über", "über", "UBER", "$fire", "fire!", "firewall", "-acme", "printer", "日本", "x"]


@pytest.fixture
async def ticket(store, clock):
    new, at = NewTicket(title="Server down"), clock()
    ticket = Ticket.opened(new, id=str(ObjectId()), number=1, by=ADA, at=at, sla=SLA)
    entry = TimelineEntry(at, ADA.person, Via.SLACK, "created")
    return await store.tickets.add(ticket, entry, key=None, receipt_to=None)


@pytest.fixture
def say(store, ticket, clock):
    """Adds a comment or a note, and gives it."""

    async def said(text, ts, *, internal=False):
        source = SlackMessage("C1", ts)
        by = OLGA if internal else ADA
        comment = Comment(
            store.tickets.new_id(), text, by.person, clock(), internal=internal, source=source
        )
        what = "noted" if internal else "commented"
        entry = TimelineEntry(clock(), by.person, Via.SLACK, what)
        role = "noting" if internal else "requester"
        assert await store.tickets.add_comment(
            ticket.id, comment, entry, key=None, role=role, room=WORDS
        )
        return comment

    return said


@pytest.fixture
def reword(store, ticket, clock):
    async def done(comment, text, ts):
        changed = comment._replace(message=text, edited=ts)
        what = "edited" if text else "withdrawn"
        entry = TimelineEntry(clock(), comment.author, Via.SLACK, what, internal=comment.internal)
        found = await store.tickets.threads.change_comment(
            ticket.id, changed, entry, room=WORDS, at=clock()
        )
        return changed if found else None

    return done


async def test_after_any_history_they_are_those_of_what_stands(
    database, clock, say, reword, ticket, store
):
    chance, there = random.Random(5), []
    for step in range(120):
        clock.forward(minutes=1)
        text, ts = " ".join(chance.choices(SAID, k=3)), f"{1_772_442_000 + step}.000100"
        match chance.choice(["comment", "note", "edit", "edit", "withdraw", "earlier"]):
            case "edit" if there:
                place = chance.randrange(len(there))
                there[place] = await reword(there[place], text, ts)
            case "withdraw" if there:
                await reword(there.pop(chance.randrange(len(there))), "", ts)
            case "earlier":
                source = SlackMessage("C1", ts)
                comment = Comment(store.tickets.new_id(), text, ADA.person, clock(), source=source)
                entry = TimelineEntry(clock(), ADA.person, Via.SLACK, "commented")
                before = [Earlier(comment, entry, Key(f"k{step}", "body"), ADA)]
                await store.tickets.threads.add_earlier(ticket.id, before, room=WORDS, at=clock())
                there.append(comment)
            case what:
                there.append(await say(text, ts, internal=what == "note"))

        row = await database["tickets"].find_one({"number": 1})
        assert sorted(row["words"]) == sorted(comment_words.searched(row["comments"]))


async def test_an_edit_while_somebody_says_the_same_loses_no_word(database, say, reword):
    comments = [await say(f"fire number{n}", f"1772442000.{n:06}") for n in range(10)]

    await asyncio.gather(
        *(reword(one, "water", "1772442100.000100") for one in comments),
        *(say("fire again", f"1772442200.{n:06}") for n in range(5)),
    )

    row = await database["tickets"].find_one({"number": 1})
    assert sorted(row["words"]) == ["again", "fire", "water"]


async def test_words_that_were_withdrawn_find_nothing(store, say, reword):
    async def found(word, *, notes):
        results = await store.tickets.search.with_all([word], TicketQuery(), notes=notes, limit=9)
        return results.total

    comment = await say("The fire", "1772442000.000100")
    note = await say("Acme's fire", "1772442000.000200", internal=True)

    assert await found("fire", notes=False) == 1
    await reword(comment, "", "1772442300.000100")
    assert await found("fire", notes=False) == 0
    assert await found("fire", notes=True) == 1
    await reword(note, "Acme", "1772442300.000100")
    assert (await found("fire", notes=True), await found("acme", notes=True)) == (0, 1)


async def test_of_very_many_words_no_more_are_kept(database, say, monkeypatch):
    monkeypatch.setattr(comment_words, "MOST_WORDS", 20)
    for n in range(4):
        text = " ".join(f"word{n}x{m}" for m in range(8))
        await say(text, f"1772442000.{n:06}")

    row = await database["tickets"].find_one({"number": 1})
    assert len(row["words"]) == 24
    assert len(row["comments"]) == 4
