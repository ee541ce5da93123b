"""What is said while a ticket waits for its requester: what is an answer, and when it counts."""

from datetime import timedelta

from core.people.accounts import Role
from core.tickets import Reason


async def test_an_answer_sets_it_going_and_asked_again_it_begins_anew(
    ada, olga, ticket, look, timeline, clock, database
):
    clock.forward(days=2)
    await look()
    await ada.post(f"{ticket}/comments", {"message": "Floor 3"})
    assert not {"waits_since", "closes_at"} & (await database["tickets"].find_one()).keys()
    clock.forward(days=3)
    await olga.patch(ticket, {"status": "waiting"})

    clock.forward(days=1, hours=23)
    await look()
    assert [entry["what"] for entry in await timeline()].count("reminded") == 1
    clock.forward(hours=1)
    await look()

    assert (await timeline())[-1]["until"] == "2026-03-11T09:00:00.000Z"


async def test_who_is_asked_once_more_has_all_the_days_again(olga, ticket, look, timeline, clock):
    clock.forward(days=2)
    await look()
    clock.forward(days=1)
    await olga.post(f"{ticket}/comments", {"message": "Which floor?"})
    await olga.post(f"{ticket}/comments", {"message": "A note", "internal": True})

    clock.forward(days=1, hours=23)
    await look()
    assert (await olga.get(ticket)).body["status"] == "waiting"
    clock.forward(hours=1)
    await look()

    assert (await timeline())[-1]["until"] == "2026-03-09T09:00:00.000Z"


async def test_what_an_agent_said_before_is_no_new_question(
    olga, ticket, look, heard, clock, closes_at
):
    asked = clock()
    clock.forward(days=1)
    await olga.post(f"{ticket}/comments", {"message": "Which floor?"})
    await heard("Olga", Role.AGENT, asked + timedelta(hours=12))
    clock.forward(days=1)
    await look()
    assert await closes_at() is None

    clock.forward(days=1)
    await look()
    end = await closes_at()
    await heard("Olga", Role.AGENT, asked - timedelta(hours=1))
    assert await closes_at() == end
    await heard("Olga", Role.AGENT, asked + timedelta(hours=36))
    clock.forward(days=1)
    await look()

    assert await closes_at() is None


async def test_an_answer_that_is_heard_too_late_sets_it_going_all_the_same(
    ada, olga, ticket, look, heard, timeline, clock
):
    for _ in range(2):
        clock.forward(days=2)
        await look()
    assert (await ada.get(ticket)).body["reason"] == "no_answer"
    closed = clock()
    clock.forward(hours=1)

    await heard("Ada", Role.USER, closed + timedelta(minutes=1))
    assert (await ada.get(ticket)).body["status"] == "closed"
    await heard("Ada", Role.USER, closed - timedelta(days=1))

    now = (await ada.get(ticket)).body
    assert (now["status"], now["reason"]) == ("open", None)
    entry = (await timeline())[-1]
    assert entry["changes"]["status"] == {"old": "closed", "new": "open"}
    spans = (await olga.get(f"{ticket}/clock")).body["spans"]
    assert [one["kind"] for one in spans] == ["waiting", "ran"]


async def test_words_from_a_wait_before_that_leave_it_closed(ada, olga, ticket, look, heard, clock):
    clock.forward(hours=1)
    before = clock()
    clock.forward(hours=1)
    await olga.patch(ticket, {"status": "in_progress"})
    await olga.patch(ticket, {"status": "waiting"})
    for _ in range(2):
        clock.forward(days=2)
        await look()

    await heard("Ada", Role.USER, before)

    now = (await ada.get(ticket)).body
    assert (now["status"], now["reason"]) == ("closed", "no_answer")


async def test_what_an_agent_resolved_for_want_of_an_answer_stays_resolved(
    ada, ticket, heard, desk, acting, clock
):
    clock.forward(days=2)
    by = await acting("Olga", Role.AGENT)
    await desk.resolve(ticket.rpartition("/")[2], by=by, reason=Reason.NO_ANSWER)
    assert (await ada.get(ticket)).body["reason"] == "no_answer"
    await heard("Ada", Role.USER, clock() - timedelta(days=1))

    assert (await ada.get(ticket)).body["status"] == "resolved"


async def test_whose_word_comes_while_it_is_closed_has_all_the_days_again(
    olga, ticket, look, store, clock, monkeypatch
):
    clock.forward(days=2)
    await look()
    clock.forward(days=2)
    save = store.tickets.save

    async def overtaken(*args, **how):
        monkeypatch.undo()
        await olga.post(f"{ticket}/comments", {"message": "Which floor?"})
        return await save(*args, **how)

    monkeypatch.setattr(store.tickets, "save", overtaken)
    await look()

    assert (await olga.get(ticket)).body["status"] == "waiting"
