"""A ticket that waits for its requester, who never answers."""

import asyncio
from datetime import timedelta

import pytest

from core.desk.tickets.commenting import commented
from core.desk.tickets.decisions import Decisions
from core.desk.tickets.unanswered import Unanswered, half_of
from core.people.accounts import Actor, Role, Via
from core.store.migrations.waits import note_waits
from core.tickets import NewComment, Reason, SlackMessage
from tests.conftest import SLA

DAYS = 4


@pytest.fixture
def look(store, clock, desk):
    """As the scan does, on a desk that closes after so many days."""

    async def looked(days=DAYS):
        half = half_of(days)
        if await store.arrears.nothing_to_do("C1", at=clock(), remind=clock() - half):
            return
        decisions = Decisions(store.tickets, clock, desk.rules, lambda ticket, by: None)
        await Unanswered(decisions, SLA, half).end()

    return looked


@pytest.fixture
async def ticket(ada, olga, database):
    """Ada's, which Olga has wait for her."""
    path = f"/api/tickets/{(await ada.file(priority='low'))['_id']}"
    await olga.patch(path, {"status": "waiting"})
    # Nobody looks who rings: there is no Slack here.
    await database["tickets"].update_many({}, {"$unset": {"breaches_at": "", "delivery.due": ""}})
    return path


@pytest.fixture
def acting(database):
    async def found(name, role):
        account = await database["accounts"].find_one({"name": name})
        return Actor(str(account["_id"]), name, role, Via.SLACK)

    return found


@pytest.fixture
def heard(store, clock, desk, acting, ticket):
    """A word in Slack that the desk hears of now, and that was said then."""

    async def of(name, role, said):
        decisions = Decisions(store.tickets, clock, desk.rules, lambda ticket, by: None)
        by = await acting(name, role)
        source = SlackMessage("C0HELP", f"{said.timestamp():.6f}")
        new = NewComment(message="Floor 3")
        id = ticket.rpartition("/")[2]
        await commented(decisions, id, new, by=by, key=None, sla=SLA, source=source)

    return of


@pytest.fixture
def closes_at(database):
    async def of_it():
        return (await database["tickets"].find_one()).get("closes_at")

    return of_it


@pytest.fixture
def timeline(ada, ticket):
    async def entries():
        return (await ada.get(f"{ticket}/timeline")).body["items"][2:]

    return entries


async def test_its_requester_is_reminded_half_way_and_then_it_is_closed(
    ada, olga, ticket, look, timeline, clock
):
    clock.forward(days=1, hours=23)
    await look()
    assert await timeline() == []

    clock.forward(hours=1)
    await look()
    await look()
    [reminded] = await timeline()
    assert (reminded["what"], reminded["via"], reminded["by"]["name"]) == (
        "reminded",
        "desk",
        "Olga",
    )
    assert reminded["until"] == "2026-03-06T09:00:00.000Z"
    assert (await ada.get(ticket)).body["status"] == "waiting"

    clock.forward(days=2, milliseconds=-1)
    await look()
    assert len(await timeline()) == 1
    clock.forward(milliseconds=1)
    await look()
    await look()
    _, closed = await timeline()
    assert (closed["what"], closed["via"]) == ("changed", "desk")
    assert closed["changes"]["status"] == {"old": "waiting", "new": "closed"}
    assert closed["changes"]["reason"]["new"] == "no_answer"
    assert (await ada.get(ticket)).body["version"] == 4

    reopened = await ada.patch(ticket, {"status": "open"})
    assert reopened.body["ticket"]["status"] == "open"


async def test_the_report_counts_it_as_done_in_the_time_that_it_ran(ada, olga, ticket, look, clock):
    for _ in range(2):
        clock.forward(days=2)
        await look()
    clock.forward(days=1)

    low = (await olga.get("/api/reports/sla")).body["by_priority"]["low"]

    assert (low["resolution"]["met"], low["resolution"]["missed"]) == (1, 0)
    assert low["resolution"]["median_milliseconds"] == 0
    assert low["first_response"]["met"] == 1
    assert (await olga.get(f"{ticket}/clock")).body["spans"][-1]["by"] is None


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"status": "in_progress"},
        {"waiting_for": "Acme"},
        {"waiting_until": "2026-04-01T09:00:00Z"},
        {"status": "resolved"},
    ],
)
@pytest.mark.parametrize("reminded", [False, True])
async def test_whatever_ends_the_wait_ends_it(olga, ticket, look, clock, meanwhile, reminded):
    clock.forward(days=2 if reminded else 1)
    await look()
    now = (await olga.patch(ticket, meanwhile)).body["ticket"]

    clock.forward(days=9)
    await look()

    assert (await olga.get(ticket)).body == now


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


async def test_what_changes_besides_does_not_put_it_off(olga, ticket, look, clock):
    clock.forward(days=2)
    await look()
    await olga.patch(ticket, {"priority": "high"})
    clock.forward(days=2)

    await look()

    assert (await olga.get(ticket)).body["status"] == "closed"


async def test_what_has_waited_for_months_is_reminded_of_first(
    olga, ticket, look, timeline, clock, database
):
    # As a version left it that knew nothing of this.
    await database["tickets"].update_many({}, {"$unset": {"waits_since": ""}})
    clock.forward(days=90)
    await note_waits(database)
    await note_waits(database)
    await look()
    [reminded] = await timeline()
    assert reminded["what"] == "reminded"

    clock.forward(days=1, hours=23)
    await look()
    assert (await olga.get(ticket)).body["status"] == "waiting"
    clock.forward(hours=1)
    await look()

    assert (await olga.get(ticket)).body["status"] == "closed"


async def test_whichever_process_looks_it_happens_once(ticket, look, timeline, clock):
    for times in (1, 2):
        clock.forward(days=2)
        await asyncio.gather(*(look() for _ in range(5)))
        assert len(await timeline()) == times


async def test_what_waits_for_somebody_else_or_until_a_time_is_left_alone(
    ada, olga, ticket, look, clock
):
    others = [f"/api/tickets/{(await ada.file())['_id']}" for _ in range(2)]
    await olga.patch(others[0], {"status": "waiting", "waiting_for": "Acme"})
    later = {"status": "waiting", "waiting_until": "2026-04-01T09:00:00Z"}
    await olga.patch(others[1], later)

    for _ in range(3):
        clock.forward(days=5)
        await look()

    now = [(await olga.get(other)).body["status"] for other in (ticket, *others)]
    assert now == ["closed", "waiting", "waiting"]


def test_half_of_very_little_is_something():
    assert half_of(1e-12) == timedelta(milliseconds=1)
