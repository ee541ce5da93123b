"""A ticket that waits until a time."""

from datetime import timedelta

import pytest

from core.desk.tickets.decisions import Decisions
from core.desk.tickets.waiting import Waiting
from tests.conftest import SLA

NOON = "2026-03-02T12:00:00.000Z"


@pytest.fixture
async def ticket(ada):
    """Ada's, of high priority, filed at nine: due at one o'clock."""
    return f"/api/tickets/{(await ada.file(priority='high'))['_id']}"


@pytest.fixture
def look(store, clock, desk):
    """As the scan does."""
    decisions = Decisions(store.tickets, clock, desk.rules, lambda ticket, by: None)
    return Waiting(decisions, SLA).go_on


@pytest.fixture
def wait(olga, ticket):
    async def waits(until=NOON, **more):
        return await olga.patch(ticket, {"status": "waiting", "waiting_until": until, **more})

    return waits


async def test_it_goes_on_by_itself_when_the_time_has_come(
    wait, look, ada, olga, ticket, clock, database
):
    waiting = (await wait(waiting_for="Acme")).body["ticket"]
    assert (waiting["waiting_for"], waiting["waiting_until"]) == ("Acme", NOON)
    clock.forward(hours=2, minutes=59)
    await look()
    assert (await olga.get(ticket)).body == waiting

    clock.forward(minutes=1)
    await look()
    await look()

    now = (await ada.get(ticket)).body
    assert (now["status"], now["waiting_for"], now["waiting_until"]) == ("open", None, None)
    assert now["version"] == 3
    [*_, entry] = (await database["tickets"].find_one())["timeline"]
    assert (entry["what"], entry["via"], entry["by"]["name"]) == ("changed", "desk", "Olga")
    assert entry["changes"]["status"] == {"old": "waiting", "new": "open"}
    assert "waiting_until" not in await database["tickets"].find_one()


async def test_what_somebody_has_is_in_progress_then(wait, look, olga, ticket, clock):
    await wait(assignee=olga.id)

    clock.forward(hours=4)
    await look()

    assert (await olga.get(ticket)).body["status"] == "in_progress"


async def test_its_clock_runs_from_that_time_on_however_late_the_desk_looks(
    wait, look, olga, ticket, clock
):
    await wait()

    clock.forward(hours=5)
    await look()

    now = (await olga.get(ticket)).body
    assert (now["sla_due"], now["updated_at"]) == (
        "2026-03-02T16:00:00.000Z",
        "2026-03-02T14:00:00.000Z",
    )
    spans = (await olga.get(f"{ticket}/clock")).body["spans"]
    assert [(span["kind"], span["until"]) for span in spans] == [
        ("waiting", NOON),
        ("ran", "2026-03-02T14:00:00.000Z"),
    ]


async def test_whoever_comes_before_the_desks_look_gets_no_time_for_nothing(
    wait, olga, ticket, clock
):
    await wait()
    clock.forward(hours=5)

    await olga.patch(ticket, {"status": "in_progress"})

    assert (await olga.get(ticket)).body["sla_due"] == "2026-03-02T16:00:00.000Z"


async def test_it_is_no_answer_of_whoever_had_it_wait(
    wait, look, ada, olga, ticket, database, clock
):
    # Whom the desk takes for a program then, so that putting it on hold is none either.
    await database["accounts"].update_one({"email": olga.email}, {"$set": {"bot": True}})
    await wait()
    clock.forward(hours=4)
    await look()

    assert (await ada.get(ticket)).body["first_responded_at"] is None


async def test_the_time_may_be_put_off_and_taken_away(wait, look, olga, ticket, clock):
    await wait()
    clock.forward(hours=2)
    later = (await olga.patch(ticket, {"waiting_until": "2026-03-02T16:00:00.7+01:00"})).body
    assert later["ticket"]["waiting_until"] == "2026-03-02T15:00:00.000Z"
    clock.forward(hours=2)
    await look()
    assert (await olga.get(ticket)).body["status"] == "waiting"

    for_ever = (await olga.patch(ticket, {"waiting_until": None})).body["ticket"]
    clock.forward(hours=200)
    await look()

    assert for_ever["waiting_until"] is None
    assert (await olga.get(ticket)).body == for_ever


async def test_it_waits_for_the_same_when_only_the_time_is_another(wait, olga, ticket):
    await wait(waiting_for="Acme")

    now = (await olga.patch(ticket, {"waiting_until": "2026-03-02T13:00:00Z"})).body["ticket"]

    assert (now["waiting_for"], now["waiting_until"]) == ("Acme", "2026-03-02T13:00:00.000Z")


async def test_an_answer_of_the_requester_comes_before_it(wait, look, ada, ticket, clock):
    await wait()
    clock.forward(hours=1)
    answered = await ada.post(f"{ticket}/comments", {"message": "Here it is."})

    clock.forward(hours=9)
    await look()

    now = (await ada.get(ticket)).body
    assert (now["status"], now["version"]) == ("open", answered.body["ticket"]["version"])


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("2026-03-02T09:00:00Z", "must be yet to come"),
        ("2020-01-01T00:00:00Z", "must be yet to come"),
        ("2027-06-01T00:00:00Z", "at most a year away"),
        ("9999-12-31T23:59:59-23:59", "must be"),
        ("2026-03-02T12:00:00", "must"),
        ("noon", "must"),
        (7, "must"),
    ],
)
async def test_a_time_that_cannot_be_is_refused_with_what_it_must_be(wait, said, complaint):
    answer = await wait(said)

    assert (answer.status, answer.body["error"]["field"]) == (400, "waiting_until")
    assert complaint in answer.body["error"]["message"]


async def test_it_goes_with_no_status_but_waiting(olga, ada, ticket):
    other = await olga.patch(ticket, {"status": "open", "waiting_until": NOON})
    alone = await olga.patch(ticket, {"waiting_until": NOON})
    by_ada = await ada.patch(ticket, {"status": "waiting", "waiting_until": NOON})

    assert (other.status, other.body["error"]["field"]) == (400, "waiting_until")
    assert (alone.status, alone.body["error"]["code"]) == (409, "WRONG_STATE")
    assert by_ada.status == 403


async def test_a_year_is_the_longest(wait, clock):
    year = clock() + timedelta(days=366)

    assert (await wait(year.isoformat())).status == 200
