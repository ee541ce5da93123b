"""GET /api/reports/sla: JSON, and a table for a spreadsheet."""

import csv
import io

import pytest

from core.desk import Desk, reports
from core.people.accounts import Role
from core.sla import Policy, Sla
from tests.conftest import Caller
from tests.core.sla.conftest import BERLIN

PATH = "/api/reports/sla"


@pytest.fixture
async def worked(ada, olga, clock):
    """One answered in time and solved late, one that waits, and one that nobody has."""
    path = f"/api/tickets/{(await ada.file(priority='high'))['_id']}"
    waiting = f"/api/tickets/{(await ada.file(priority='low'))['_id']}"
    await ada.file(priority="high")
    clock.forward(minutes=30)
    await olga.patch(path, {"status": "in_progress", "assignee": olga.id})
    await olga.patch(waiting, {"status": "waiting"})
    clock.forward(hours=5)
    await olga.patch(path, {"status": "resolved"})


async def report(caller, query="", **more):
    answer = await caller.get(f"{PATH}{query}", **more)
    assert answer.status == 200, answer
    return answer.body


def rows(body):
    header, *table = csv.reader(io.StringIO(body.removeprefix("\ufeff")))
    return [dict(zip(header, row, strict=True)) for row in table]


@pytest.mark.usefixtures("worked")
async def test_it_says_what_came_of_the_tickets(olga):
    body = await report(olga)

    assert (body["from"], body["to"]) == ("2026-01-31T14:30:00.000Z", "2026-03-02T14:30:00.000Z")
    assert (body["time_zone"], body["complete"], body["note"]) == ("UTC", True, None)
    assert body["by_priority"]["high"] == {
        "tickets": 2,
        "first_response": {
            "met": 1,
            "missed": 1,
            "undecided": 0,
            "met_share": 0.5,
            "median_milliseconds": 1_800_000,
            "p90_milliseconds": 1_800_000,
        },
        "resolution": {
            "met": 0,
            "missed": 2,
            "undecided": 0,
            "met_share": 0.0,
            "median_milliseconds": 19_800_000,
            "p90_milliseconds": 19_800_000,
        },
        "waiting_share": 0.0,
        "helpful": 0,
        "not_helpful": 0,
    }
    # Five of the sixteen and a half hours of all three.
    assert body["all"]["waiting_share"] == round(5 / 16.5, 4)
    assert [
        (one["assignee"] and one["assignee"]["name"], one["tickets"]) for one in body["by_assignee"]
    ] == [(None, 2), ("Olga", 1)]
    assert body["load"]["mon"] == [0] * 9 + [3] + [0] * 14
    assert body["load"]["sun"] == [0] * 24


async def test_only_the_tickets_of_the_period_are_counted(ada, olga, clock):
    await ada.file()
    clock.forward(days=10)
    await ada.file()
    clock.forward(minutes=1)

    counted = {
        query: (await report(olga, query))["all"]["tickets"]
        for query in (
            "",
            "?days=9",
            "?days=11",
            "?from=2026-03-02&to=2026-03-02",
            "?from=2026-03-02",
            "?from=2026-03-03&to=2026-03-11",
        )
    }

    assert [*counted.values()] == [2, 1, 2, 1, 2, 0]


async def test_days_are_those_of_the_time_zone(ada, session, store, people, clock, serve, olga):
    clock.now = clock.now.replace(hour=23, minute=30)
    await ada.file()
    sla = Sla(Policy.of_hours(), zone=BERLIN)
    url = await serve(Desk(store.tickets, people, sla, clock))
    there = Caller(session, url, headers=olga.headers)

    assert (await report(there, "?from=2026-03-02&to=2026-03-02"))["all"]["tickets"] == 0
    body = await report(there, "?from=2026-03-03&to=2026-03-03")
    assert body["load"]["tue"][0] == body["all"]["tickets"] == 1
    assert (body["time_zone"], body["from"]) == ("Europe/Berlin", "2026-03-02T23:00:00.000Z")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("days=0", "days"),
        ("days=367", "days"),
        ("days=1e1", "days"),
        ("days=", "days"),
        ("days=7&from=2026-03-01", "days"),
        ("to=2026-03-01", "to"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("from=2025-01-01&to=2026-01-02", "to"),
        ("from=2027-01-01", "to"),
        ("from=2026-3-1", "from"),
        ("from=1772409600", "from"),
        ("from=2026-02-30", "from"),
        ("from=0001-01-01", "from"),
        ("from=9999-12-31&to=9999-12-31", "from"),
        ("from=2026-03-01T00:00:00", "from"),
        ("format=xml", "format"),
        ("since=2026-03-01", "since"),
    ],
)
async def test_a_period_that_is_none_is_refused(olga, query, field):
    answer = await olga.get(f"{PATH}?{query}")

    assert (answer.status, answer.body["error"]["field"]) == (400, field)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2026-02-30", "“from” must be a day that there is, such as 2026-03-02."),
        ("from=yesterday", "“from” must be a day that there is, such as 2026-03-02."),
        ("from=2026-02-01&to=", "“to” must be a day that there is, such as 2026-03-02."),
        ("to=2026-03-01", "“to” goes with “from”, such as from=2026-02-01&to=2026-02-28."),
        (
            "from=2026-03-02&to=2026-03-01",
            "“to” must be from 2026-03-02, which is “from”, to 2027-03-02, such as to=2027-03-02.",
        ),
        (
            "from=2025-01-01",
            "“to” is today, 2026-03-02, if it is not said, and must be from 2025-01-01, which is "
            "“from”, to 2026-01-01, such as to=2026-01-01.",
        ),
    ],
)
async def test_what_is_refused_is_named_with_what_would_be_right(olga, query, said):
    assert (await olga.get(f"{PATH}?{query}")).body["error"]["message"] == said


async def test_the_longest_period_is_a_leap_year(olga):
    assert (await report(olga, "?days=366"))["all"]["tickets"] == 0
    assert (await report(olga, "?from=2024-01-01&to=2024-12-31"))["all"]["tickets"] == 0


async def test_it_is_for_agents_and_admins(ada, olga, amir, stranger):
    statuses = [(await who.get(PATH)).status for who in (olga, amir, ada, stranger)]

    assert statuses == [200, 200, 403, 401]


@pytest.mark.parametrize(
    ("accept", "query", "kind"),
    [
        ("text/csv", "", "text/csv"),
        ("application/json", "?format=csv", "text/csv"),
        ("text/csv", "?format=json", "application/json"),
        ("*/*", "", "application/json"),
        ("text/csv, */*;q=0.1", "", "text/csv"),
        ("text/csv;q=0.5, application/json", "", "application/json"),
        ("text/csv;q=0", "", "application/json"),
        ("text/csv, application/json", "", "application/json"),
        ("text/html, text/csv;q=x", "", "text/csv"),
        (";;,=;q", "", "application/json"),
    ],
)
async def test_who_asks_says_how_they_want_it(olga, accept, query, kind):
    answer = await olga.get(f"{PATH}{query}", headers={"Accept": accept})

    assert answer.headers["Content-Type"].partition(";")[0] == kind
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.usefixtures("worked")
async def test_the_table_says_the_same_as_the_json(olga):
    body = await report(olga)
    table = rows(await report(olga, "?format=csv"))

    [everything] = [row for row in table if row["group"] == "all"]
    high = next(row for row in table if (row["group"], row["name"]) == ("priority", "high"))
    assert everything["tickets"] == "3"
    assert everything["waiting_share"] == str(body["all"]["waiting_share"])
    for name, value in body["by_priority"]["high"]["resolution"].items():
        assert high[f"resolution_{name}"] == str(value)
    assert [row["name"] for row in table if row["group"] == "assignee"] == ["", "Olga"]
    load = {row["name"]: row["tickets"] for row in table if row["group"] == "load"}
    assert len(load) == 7 * 24
    assert (load["mon 09:00"], load["sun 23:00"]) == ("3", "0")


async def names_in_the_table(name, ada, caller, amir, database, clock):
    """How a report shows an agent who is called so."""
    agent = await caller("Eve", Role.AGENT)
    ticket = await ada.file()
    await amir.patch(f"/api/tickets/{ticket['_id']}", {"assignee": agent.id})
    await database["tickets"].update_one({}, {"$set": {"assignee.name": name}})
    clock.forward(minutes=1)
    table = rows(await report(amir, "?format=csv"))
    return [row["name"] for row in table if row["group"] == "assignee"]


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://x")',
        "+1",
        "-1",
        "@SUM(A1)",
        " =1+1",
        "\u00a0=1+1",
        "\u3000 =1+1",
        "\u200b=1+1",
        "\ufff9=1+1",
        "\U00016fe4=1+1",
        "\ufeff=1+1",
        "\u2060\u00ad =1+1",
        "\u3164@x",
        "\u2800-1",
        "\U000e0020=1+1",
        "\u202e\u2066=1+1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM(A1)",
        "\ufe661+1",
        "\u200b\uff1d1+1",
        "\t1",
    ],
    ids=ascii,
)
async def test_a_name_is_no_formula(ada, caller, amir, database, clock, name):
    shown = await names_in_the_table(name, ada, caller, amir, database, clock)

    assert shown == [f"'{name}"]


async def test_a_name_is_no_formula_where_semicolons_part_cells(ada, caller, amir, database, clock):
    shown = await names_in_the_table("x;=1+1; \uff0b1;y", ada, caller, amir, database, clock)

    assert shown == ["x;'=1+1;' \uff0b1;y"]


@pytest.mark.parametrize("name", ["Olga", "Anne-Marie", "a=b", "olga@example.com", " Olga", "x; y"])
async def test_any_other_name_stays_as_it_is(ada, caller, amir, database, clock, name):
    assert await names_in_the_table(name, ada, caller, amir, database, clock) == [name]


async def test_of_too_many_tickets_the_latest_are_counted_and_it_says_so(
    ada, olga, clock, monkeypatch
):
    monkeypatch.setattr(reports, "MOST", 4)
    monkeypatch.setattr(reports, "PAGE", 2)
    for priority in ("low", "high", "high", "high"):
        await ada.file(priority=priority)
        clock.forward(minutes=1)
    assert (await report(olga))["complete"] is True
    await ada.file(priority="high")
    clock.forward(minutes=1)

    body = await report(olga)

    assert (body["all"]["tickets"], body["by_priority"]["low"]["tickets"]) == (4, 0)
    assert body["complete"] is False
    assert "filed last" in body["note"]
    assert "filed last" in rows(await report(olga, "?format=csv"))[0]["name"]


async def test_a_spreadsheet_reads_the_table_as_it_is_and_names_the_file(olga, session):
    headers = {"Accept": "text/csv"} | olga.headers
    async with session.get(
        f"{olga.url}{PATH}?from=2026-03-01&to=2026-03-02", headers=headers
    ) as it:
        body, name = await it.read(), it.headers["Content-Disposition"]

    # Excel takes what does not begin so for the encoding of its country.
    assert body.startswith(b"\xef\xbb\xbfgroup,name,")
    assert name == 'attachment; filename="helpdesk-2026-03-01-to-2026-03-02.csv"'
