"""A ticket that waits for its requester or somebody else: its clock stands until it goes on."""

import asyncio

import pytest

from tests.api.tickets.clock.conftest import say, shown, wait


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
