"""Waiting, notes, first responses, and why a ticket is due when it is due."""

import asyncio
from dataclasses import replace

import pytest

from core.desk import Desk
from core.people.accounts import Role
from core.sla import Policy, Sla


@pytest.fixture
async def ticket(ada):
    """Ada's, of high priority: due after four hours, to be answered within one."""
    return f"/api/tickets/{(await ada.file(priority='high'))['_id']}"


async def shown(caller, ticket):
    answer = await caller.get(ticket)
    assert answer.status == 200
    return answer.body


async def say(caller, ticket, message="Here it is.", **more):
    answer = await caller.post(f"{ticket}/comments", {"message": message, **more})
    assert answer.status == 201, answer
    return answer.body["ticket"]


async def wait(olga, ticket, **more):
    answer = await olga.patch(ticket, {"status": "waiting", **more})
    assert answer.status == 200, answer
    return answer.body["ticket"]


async def test_a_ticket_waits_for_its_requester_unless_somebody_else_is_named(olga, ticket):
    assert (await wait(olga, ticket))["waiting_for"] == "requester"
    named = await wait(olga, ticket, waiting_for="Acme Networks")

    assert named["waiting_for"] == "Acme Networks"
    assert await shown(olga, ticket) == named


@pytest.mark.parametrize("whom", ["", " ", "a\nb", "x" * 101, None, 7])
async def test_whom_it_waits_for_is_one_line_of_text(olga, ticket, whom):
    answer = await olga.patch(ticket, {"status": "waiting", "waiting_for": whom})

    assert (answer.status, answer.body["error"]["field"]) == (400, "waiting_for")


async def test_who_it_waits_for_is_refused_where_nothing_waits(olga, ticket):
    answer = await olga.patch(ticket, {"status": "open", "waiting_for": "Acme"})

    assert (answer.status, answer.body["error"]["field"]) == (400, "waiting_for")


async def test_a_waiting_ticket_is_not_breached(olga, ticket, clock):
    await wait(olga, ticket)
    clock.forward(hours=30)

    assert (await olga.get("/api/tickets?status=breached")).body["items"] == []


async def test_the_requesters_answer_sets_it_going_and_moves_the_due_time(
    ada, olga, ticket, clock, database
):
    clock.forward(hours=1)
    before = await wait(olga, ticket)
    clock.forward(hours=10)

    after = await say(ada, ticket)

    assert (after["status"], after["waiting_for"]) == ("open", None)
    assert after["sla_due"] == "2026-03-02T23:00:00.000Z"
    assert after["version"] == before["version"] + 1
    assert [comment["message"] for comment in after["comments"]] == ["Here it is."]
    assert await shown(ada, ticket) == after
    timeline = (await database["tickets"].find_one())["timeline"]
    assert [entry["what"] for entry in timeline] == ["created", "changed", "commented", "changed"]
    assert timeline[-1]["by"]["name"] == "Ada"
    assert timeline[-1]["changes"]["status"] == {"old": "waiting", "new": "open"}


async def test_what_somebody_has_is_in_progress_when_it_goes_on(ada, olga, ticket):
    await wait(olga, ticket, assignee=olga.id)

    assert (await say(ada, ticket))["status"] == "in_progress"


async def test_it_is_breached_again_when_the_time_that_is_left_is_over(ada, olga, ticket, clock):
    clock.forward(hours=3)
    await wait(olga, ticket)
    clock.forward(hours=20)
    await say(ada, ticket)

    clock.forward(hours=1, milliseconds=1)

    [item] = (await olga.get("/api/tickets?status=breached")).body["items"]
    assert item["sla_due"] == "2026-03-03T09:00:00.000Z"


@pytest.mark.parametrize("whom", ["requester", "Acme Networks"])
async def test_an_agents_comment_leaves_it_waiting(olga, ticket, whom):
    await wait(olga, ticket, waiting_for=whom)

    assert (await say(olga, ticket))["waiting_for"] == whom


async def test_the_requesters_comment_leaves_it_waiting_for_somebody_else(ada, olga, ticket):
    await wait(olga, ticket, waiting_for="Acme Networks")

    assert (await say(ada, ticket))["status"] == "waiting"


async def test_of_many_answers_at_once_one_sets_it_going_and_none_is_lost(
    ada, olga, ticket, database
):
    before = await wait(olga, ticket)

    await asyncio.gather(*(say(ada, ticket, f"{n}") for n in range(10)))

    after = await shown(ada, ticket)
    assert sorted(comment["message"] for comment in after["comments"]) == [
        f"{n}" for n in range(10)
    ]
    assert after["version"] == before["version"] + 1
    [pause] = (await database["tickets"].find_one())["pauses"]
    assert pause["until"] is not None


async def test_an_answer_with_a_key_is_given_once(ada, olga, ticket):
    await wait(olga, ticket)
    key = {"Idempotency-Key": "abc123"}
    said = {"message": "Here it is."}

    first = await ada.post(f"{ticket}/comments", said, headers=key)
    again = await ada.post(f"{ticket}/comments", said, headers=key)

    assert (first.status, again.status) == (201, 409)
    assert len((await shown(ada, ticket))["comments"]) == 1


async def test_an_agents_own_ticket_goes_on_with_their_own_comment(olga, clock):
    own = f"/api/tickets/{(await olga.file())['_id']}"
    await wait(olga, own)

    after = await say(olga, own)

    assert (after["status"], after["first_responded_at"]) == ("open", None)
    assert (await say(olga, own))["first_responded_at"] is None


async def test_the_first_public_comment_of_an_agent_is_the_first_response(olga, ticket, clock):
    clock.forward(minutes=30)
    first = await say(olga, ticket)
    clock.forward(hours=5)
    second = await say(olga, ticket)

    assert first["first_response_due"] == "2026-03-02T10:00:00.000Z"
    assert first["first_responded_at"] == "2026-03-02T09:30:00.000Z"
    assert second["first_responded_at"] == first["first_responded_at"]


async def test_neither_requester_nor_note_nor_bot_is_a_first_response(
    ada, olga, ticket, caller, database
):
    robot = await caller("Robot", Role.AGENT)
    await database["accounts"].update_one({"name": "Robot"}, {"$set": {"bot": True}})

    await say(ada, ticket)
    await say(olga, ticket, internal=True)
    await say(robot, ticket)

    assert (await shown(olga, ticket))["first_responded_at"] is None


async def test_requesters_never_see_a_note_in_any_answer(ada, olga, ticket):
    before = await shown(ada, ticket)
    noted = await say(olga, ticket, "Sold by the same vendor as last time", internal=True)

    answers = [
        await ada.get(ticket),
        await ada.get("/api/tickets"),
        await ada.get(f"{ticket}/clock"),
        await ada.post(f"{ticket}/comments", {"message": "Any news?"}),
        await ada.patch(ticket, {"title": "Anew"}),
        await ada.patch(ticket, {"title": "Anew"}),
        await ada.patch(ticket, {"title": "Older", "version": 1}),
    ]

    assert noted["comments"][0]["internal"] is True
    assert answers[0].body == before
    assert [answer.status for answer in answers] == [200, 200, 200, 201, 200, 200, 409]
    assert not any("vendor" in str(answer.body) for answer in answers)
    assert "vendor" in str(await shown(olga, ticket))


async def test_a_note_does_not_show_in_the_requesters_etag_but_in_the_agents(ada, olga, ticket):
    before = (await ada.get(ticket)).headers["ETag"]

    await say(olga, ticket, internal=True)

    assert (await ada.get(ticket)).headers["ETag"] == before
    assert (await olga.get(ticket)).headers["ETag"] != before
    answer = await ada.patch(ticket, {"title": "Anew"}, headers={"If-Match": before})
    assert answer.status == 200


async def test_only_agents_keep_notes(ada, ben, ticket):
    for caller in (ada, ben):
        answer = await caller.post(f"{ticket}/comments", {"message": "x", "internal": True})
        assert (answer.status, answer.body["error"]["code"]) == (403, "FORBIDDEN")


async def test_an_agents_note_on_their_own_waiting_ticket_leaves_it_waiting(olga):
    own = f"/api/tickets/{(await olga.file())['_id']}"
    await wait(olga, own)

    assert (await say(olga, own, internal=True))["status"] == "waiting"


async def test_the_clock_is_explained_span_by_span(ada, olga, ticket, clock):
    clock.forward(hours=0.5)
    await wait(olga, ticket)
    clock.forward(hours=2)
    await say(ada, ticket)
    clock.forward(hours=1)

    answer = await ada.get(f"{ticket}/clock")

    spans = answer.body.pop("spans")
    assert answer.status == 200
    assert answer.body == {
        "_id": ticket.rpartition("/")[2],
        "number": 1,
        "at": "2026-03-02T12:30:00.000Z",
        "running": True,
        "waiting_for": None,
        "waiting_until": None,
        "first_response": {
            "due": "2026-03-02T10:00:00.000Z",
            "done_at": "2026-03-02T09:30:00.000Z",
            "late": False,
            "late_since": None,
            "remaining_milliseconds": 0,
        },
        "resolution": {
            "due": "2026-03-02T15:00:00.000Z",
            "done_at": None,
            "late": False,
            "late_since": None,
            "remaining_milliseconds": 9_000_000,
        },
    }
    assert [(span["kind"], span["milliseconds"]) for span in spans] == [
        ("ran", 1_800_000),
        ("waiting", 7_200_000),
        ("ran", 3_600_000),
    ]
    assert spans[1] == {
        "kind": "waiting",
        "since": "2026-03-02T09:30:00.000Z",
        "until": "2026-03-02T11:30:00.000Z",
        "milliseconds": 7_200_000,
        "waiting_for": "requester",
        "by": {"_id": olga.id, "name": "Olga"},
        "said": "waited 2 h for the requester (put on hold by Olga)",
    }


async def test_the_clock_of_anothers_ticket_is_not_there(ben, ticket):
    answer = await ben.get(f"{ticket}/clock")

    assert (answer.status, answer.body["error"]["code"]) == (404, "TICKET_NOT_FOUND")


NEW_FIELDS = ("pauses", "waiting_for", "first_response_due", "first_responded_at")


@pytest.fixture
def older(database):
    """Makes the one ticket what an earlier version would have written."""

    async def aged(**fields):
        gone = dict.fromkeys(NEW_FIELDS, "")
        document = await database["tickets"].find_one()
        fields |= {} if fields.get("status") == "resolved" else {"breaches_at": document["sla_due"]}
        await database["tickets"].update_one({}, {"$unset": gone, "$set": fields})

    return aged


async def test_an_older_ticket_is_as_it_was(ada, olga, ticket, older, clock):
    await older(status="waiting")
    clock.forward(hours=5)

    [item] = (await olga.get("/api/tickets?status=breached")).body["items"]
    clock_of_it = (await ada.get(f"{ticket}/clock")).body

    assert (item["sla_due"], item["status"]) == ("2026-03-02T13:00:00.000Z", "waiting")
    assert (item["waiting_for"], item["first_response_due"]) == (None, None)
    assert clock_of_it["first_response"] is None
    assert clock_of_it["resolution"]["late"] is True
    assert (await say(ada, ticket))["status"] == "waiting"


async def test_an_older_ticket_has_the_new_clock_from_its_next_change_on(
    olga, ticket, older, clock
):
    await older(status="open")
    clock.forward(hours=1)
    await wait(olga, ticket)
    clock.forward(hours=9)

    answer = await olga.patch(ticket, {"status": "in_progress"})

    assert answer.body["ticket"]["sla_due"] == "2026-03-02T22:00:00.000Z"
    assert answer.body["ticket"]["first_response_due"] is None


async def test_an_older_resolved_ticket_was_done_at_its_last_change(olga, ticket, older, clock):
    await older(status="resolved")
    clock.forward(hours=100)

    found = (await olga.get(f"{ticket}/clock")).body

    assert (found["running"], found["resolution"]["late"]) == (False, False)
    assert [span["kind"] for span in found["spans"]] == ["finished"]


async def test_the_next_reply_is_there_where_one_is_promised(
    ada, olga, ticket, store, people, clock, serve
):
    sla = Sla(Policy.of_hours(next_reply={"high": 0.5, "medium": 1, "low": 2}))
    promising = await serve(Desk(store.tickets, people, sla, clock))

    async def shown():
        return (await replace(olga, url=promising).get(f"{ticket}/clock")).body["next_reply"]

    assert await shown() is None
    await say(ada, ticket, "Any news?")
    clock.forward(minutes=20)
    assert await shown() == {
        "due": "2026-03-02T09:30:00.000Z",
        "done_at": None,
        "late": False,
        "late_since": None,
        "remaining_milliseconds": 600_000,
    }
    clock.forward(minutes=20)
    assert (await shown())["late"] is True
    # Where nothing is promised, all is as it was.
    assert "next_reply" not in (await olga.get(f"{ticket}/clock")).body

    await say(olga, ticket, "On my way")
    assert await shown() is None


@pytest.mark.parametrize("note", [{"internal": True}, {}], ids=["a note", "an answer"])
async def test_an_answer_alone_ends_the_wait_for_it(ada, olga, ticket, database, note):
    await say(ada, ticket, "Any news?")
    await say(olga, ticket, "The vendor is slow", **note)

    assert ("asked" in await database["tickets"].find_one()) is bool(note)
