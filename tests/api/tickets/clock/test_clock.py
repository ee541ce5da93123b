"""First responses, next replies, and why a ticket is due when it is due."""

from dataclasses import replace

import pytest

from core.desk import Desk
from core.people.accounts import Role
from core.sla import Policy, Sla
from tests.api.tickets.clock.conftest import say, shown, wait


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
