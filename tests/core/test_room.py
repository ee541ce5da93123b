"""How much a ticket takes: nobody uses up the room of those who come after."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from bson import ObjectId

from core.desk.tickets.retrying import Overtaken, until_first
from core.errors import Unavailable
from core.people.accounts import Role
from tests.support.filled import MIB, WHOLE, fill

TICKET = "/api/tickets/1"
COMMENTS = f"{TICKET}/comments"
OPERATING = Path(__file__).parents[2] / "docs" / "operating.md"


@pytest.fixture
async def filed(ada):
    return await ada.file(priority="high")


@pytest.fixture
def crowd(ada, filed, database):
    """Gives the ticket so many comments of its requester's."""

    async def done(count):
        author = {"_id": ObjectId(ada.id), "name": "Ada", "slack_id": None}
        original = await database["tickets"].find_one()
        comments = [
            {
                "_id": ObjectId(),
                "message": f"{n}",
                "author": author,
                "created_at": original["created_at"],
            }
            for n in range(count)
        ]
        await database["tickets"].update_one({}, {"$set": {"comments": comments}})

    return done


async def test_requesters_leave_room_for_the_comments_and_notes_of_agents(ada, olga, crowd):
    await crowd(1799)

    last = await ada.post(COMMENTS, {"message": "my last"})
    refused = await ada.post(COMMENTS, {"message": "one more"})
    answer = await olga.post(COMMENTS, {"message": "an answer"})
    note = await olga.post(COMMENTS, {"message": "a note", "internal": True})

    assert [last.status, refused.status, answer.status, note.status] == [201, 409, 201, 201]
    assert refused.body["error"]["code"] == "WRONG_STATE"
    assert "words of yours; agents can still answer" in refused.body["error"]["message"]


async def test_a_ticket_takes_two_thousand_comments_and_then_says_so(olga, crowd):
    await crowd(1999)

    last = await olga.post(COMMENTS, {"message": "the last"})
    one_more = await olga.post(COMMENTS, {"message": "one more"})

    assert (last.status, last.body["ticket"]["comments_count"]) == (201, 2000)
    assert (one_more.status, one_more.body["error"]["code"]) == (409, "WRONG_STATE")
    assert "no room for more words. It can still be" in one_more.body["error"]["message"]


async def test_the_last_place_for_a_comment_is_given_once(ada, crowd, database):
    await crowd(1799)

    answers = await asyncio.gather(
        *(ada.post(COMMENTS, {"message": f"{n}"}) for n in range(5)),
    )

    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409, 409]
    assert len((await database["tickets"].find_one())["comments"]) == 1800


async def test_a_full_ticket_still_knows_the_key_of_its_last_comment(ada, crowd):
    await crowd(1799)
    key = {"Idempotency-Key": "abc123"}
    await ada.post(COMMENTS, {"message": "the last"}, headers=key)

    again = await ada.post(COMMENTS, {"message": "the last"}, headers=key)

    assert (again.status, again.body["error"]["code"]) == (409, "DUPLICATE_REQUEST")


def patch(**fields):
    return lambda caller: caller.patch(TICKET, fields)


def post(path, **fields):
    return lambda caller: caller.post(f"{TICKET}/{path}", fields)


COMMENT = post("comments", message="hello")
NOTE = post("comments", message="hello", internal=True)
TITLE, START, CLOSE = patch(title="Anew"), patch(status="in_progress"), patch(status="closed")
PRIORITY, RESOLVE = patch(priority="low"), patch(status="resolved")
ACKNOWLEDGE, SNOOZE = post("acknowledge"), post("snooze", until="2026-03-02T10:00:00Z")


@pytest.mark.parametrize(
    ("size", "who", "still", "no_more", "said"),
    [
        (10 * MIB, "ada", [START], [COMMENT, TITLE], "no room for more words of yours"),
        (10 * MIB, "olga", [COMMENT, NOTE, TITLE], [], ""),
        (11 * MIB, "ada", [CLOSE], [START], "you can only close it now"),
        (11 * MIB, "olga", [COMMENT, TITLE, START], [], ""),
        (12 * MIB, "olga", [PRIORITY], [COMMENT, NOTE, TITLE], "no room for more words. It can"),
        (14 * MIB, "olga", [ACKNOWLEDGE, SNOOZE], [PRIORITY], "acknowledged, snoozed, resolved"),
        (14.5 * MIB, "olga", [RESOLVE], [ACKNOWLEDGE, SNOOZE], "can only be resolved or closed"),
        (WHOLE - 2000, "ada", [CLOSE], [], ""),
        (WHOLE - 20, "olga", [], [RESOLVE, CLOSE], "docs/operating.md says how"),
    ],
)
async def test_what_a_ticket_of_this_size_still_takes(
    ada, olga, filed, database, size, who, still, no_more, said
):
    caller = {"ada": ada, "olga": olga}[who]
    await fill(database, 1, to=int(size))

    for ask in no_more:
        answer = await ask(caller)
        assert (answer.status, answer.body["error"]["code"]) == (409, "WRONG_STATE")
        assert said in answer.body["error"]["message"]
    for ask in still:
        assert (await ask(caller)).status in {200, 201}


async def test_to_and_fro_ends_where_a_ticket_can_still_be_finished(olga, filed, database):
    await fill(database, 1, to=14 * MIB - 600)
    toggled = [(await patch(status=status)(olga)).status for status in 4 * ["in_progress", "open"]]

    assert toggled[0] == 200
    assert 409 in toggled
    finished = [
        (await olga.patch(TICKET, {"status": one})).status for one in ("resolved", "closed")
    ]
    reopened = await olga.patch(TICKET, {"status": "open"})
    assert (finished, reopened.status) == ([200, 200], 409)


async def test_finishing_makes_room_where_pauses_took_it(ada, olga, filed, database):
    at = (await database["tickets"].find_one())["created_at"]
    pause = {"by": None, "waiting_for": None}
    minute = timedelta(minutes=1)
    pauses = [
        pause | {"since": at + 2 * n * minute, "until": at + (2 * n + 1) * minute}
        for n in range(20_000)
    ]
    await database["tickets"].update_one({}, {"$set": {"pauses": pauses}})
    await fill(database, 1, to=WHOLE)

    answer = await olga.patch(TICKET, {"status": "resolved"})

    assert answer.status == 200
    assert len((await database["tickets"].find_one())["pauses"]) == 200


async def test_what_the_manual_says_about_a_full_ticket_makes_room_and_keeps_its_words(
    ada, olga, filed, crowd, database
):
    await crowd(1500)
    long = {"$set": {"comments.$[].message": "x" * 10_000}}
    await database["tickets"].update_one({}, long)
    await fill(database, 1, to=WHOLE)
    assert (await olga.patch(TICKET, {"status": "resolved"})).status == 409
    said = OPERATING.read_text().replace('"number": 7', '"number": 1')
    [copy] = re.findall(r"^db\.tickets\.aggregate\((.*)\)$", said, re.MULTILINE)
    [[which, change]] = [
        json.loads(f"[{both}]")
        for both in re.findall(r"^db\.tickets\.updateOne\((.*)\)$", said, re.MULTILINE)
    ]

    await (await database["tickets"].aggregate(json.loads(copy))).to_list()
    await database["tickets"].update_one(which, change)

    kept = await database["comments_kept"].find().to_list()
    await database["comments_kept"].drop()
    assert len(kept) == 1500
    assert {row["number"] for row in kept} == {1}
    assert len((await database["tickets"].find_one())["comments"]) == 100
    assert (await olga.patch(TICKET, {"status": "resolved"})).status == 200


async def test_of_a_hundred_who_change_a_ticket_at_once_some_do_and_the_others_are_told(
    caller, filed, database
):
    olga = await caller("Olga", Role.AGENT)

    answers = await asyncio.gather(
        *(olga.patch(TICKET, {"title": f"Title {n}"}) for n in range(100)),
    )

    done = [answer for answer in answers if answer.status == 200]
    assert {answer.status for answer in answers} <= {200, 503}
    assert all("Retry-After" in answer.headers for answer in answers if answer.status == 503)
    assert len({answer.body["ticket"]["version"] for answer in done}) == len(done) > 0
    assert (await database["tickets"].find_one())["version"] == 1 + len(done)


async def test_who_is_always_overtaken_is_told_after_a_few_tries():
    tries = 0

    async def attempt():
        nonlocal tries
        tries += 1
        raise Overtaken

    with pytest.raises(Unavailable, match="Too many people are changing this ticket"):
        await until_first(attempt)
    assert 5 < tries < 100
