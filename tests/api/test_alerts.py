"""Acknowledging and snoozing a ticket's alerts over REST."""

import asyncio

import pytest


@pytest.fixture
async def ticket(ada):
    """Ada's, of high priority: due after four hours."""
    return f"/api/tickets/{(await ada.file(priority='high'))['_id']}"


async def test_an_acknowledgement_says_how_long_it_holds(olga, ticket, clock):
    clock.forward(hours=5)

    answer = await olga.post(f"{ticket}/acknowledge", None)

    assert answer.status == 200
    assert answer.body["until"] == "2026-03-02T15:00:00.000Z"
    assert answer.body["ticket"]["version"] == 2
    assert answer.headers["ETag"] == '"2.0"'


@pytest.mark.parametrize(
    ("body", "until"),
    [
        ({"minutes": 30}, "2026-03-02T09:30:00.000Z"),
        ({"until": "2026-03-03T09:00:00+02:00"}, "2026-03-03T07:00:00.000Z"),
    ],
)
async def test_a_ticket_is_snoozed_for_minutes_or_until_then(olga, ticket, body, until, database):
    answer = await olga.post(f"{ticket}/snooze", body)

    assert (answer.status, answer.body["until"]) == (200, until)
    document = await database["tickets"].find_one({})
    assert [entry["what"] for entry in document["timeline"]] == ["created", "snoozed"]
    assert document["timeline"][1]["until"] == document["alert"]["snoozed"]["until"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"minutes": 0},
        {"minutes": 1.5},
        {"minutes": "30"},
        {"minutes": True},
        {"minutes": 10081},
        {"minutes": 2**63},
        {"minutes": 30, "until": "2026-03-03T07:00:00Z"},
        {"until": "2026-03-03T07:00:00"},
        {"until": "2026-03-01T07:00:00Z"},
        {"until": "2026-03-22T07:00:00Z"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"until": None},
        {"for": 30},
    ],
)
async def test_a_snooze_that_is_none_is_refused(olga, ticket, body):
    assert (await olga.post(f"{ticket}/snooze", body)).status == 400


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-03-03T07:00:00", "“until” must say its time zone, such as 2026-03-02T09:00:00Z."),
        ("tomorrow", "“until” must be a time such as 2026-03-02T09:00:00Z."),
    ],
)
async def test_a_time_that_is_none_is_named_with_one_that_is(olga, ticket, until, said):
    answer = await olga.post(f"{ticket}/snooze", {"until": until})

    assert answer.body["error"]["message"] == said


@pytest.mark.parametrize(("what", "body"), [("acknowledge", None), ("snooze", {"minutes": 5})])
async def test_who_may_put_alerts_off_and_when(ada, ben, olga, ticket, what, body):
    assert (await ada.post(f"{ticket}/{what}", body)).status == 403
    assert (await ben.post(f"{ticket}/{what}", body)).status == 404
    await olga.patch(ticket, {"status": "resolved"})

    answer = await olga.post(f"{ticket}/{what}", body)

    assert answer.status == 409
    assert answer.body["error"]["message"] == "T-1 is resolved, so it has no alerts to put off."


async def test_of_many_at_once_each_is_in_the_timeline(olga, ticket, database):
    answers = await asyncio.gather(
        *(olga.post(f"{ticket}/snooze", {"minutes": n}) for n in range(1, 11))
    )

    assert {answer.status for answer in answers} == {200}
    document = await database["tickets"].find_one({})
    assert (document["version"], len(document["timeline"])) == (11, 11)
