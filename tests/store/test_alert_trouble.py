"""What would keep alerts from ringing: older versions, whole milliseconds, waits and refusals."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bson import ObjectId

from core.alerts.escalations import read_escalations
from core.clock import in_whole_milliseconds
from core.settings import Settings
from core.sla.calendar import ALWAYS
from core.tickets.alert import milliseconds
from tests.support.filled import WHOLE, fill

DAY = date(2026, 3, 2)
DUE = datetime(2026, 3, 2, 13, tzinfo=UTC)


async def test_an_alert_that_an_older_process_filed_is_named_at_the_next_start(store, database):
    old = {"owed": True, "due": DUE, "tried": [], "announced": [DUE, "breach:1"]}
    await database["tickets"].insert_one({"number": 1, "alert": old})

    await store.prepare()

    alert = (await database["tickets"].find_one({}))["alert"]
    assert (alert["ring"], alert["kind"], alert["at"]) == ("breach:1772456400000", "breach", DUE)
    assert alert["announced"] == ["breach:1772456400000", "breach:1"]
    assert alert["latest"]["due"] == DUE
    await store.prepare()
    assert (await database["tickets"].find_one({}))["alert"] == alert


async def test_a_full_ticket_keeps_no_other_from_being_named(store, database):
    old = {"owed": True, "due": DUE, "tried": [], "announced": [DUE]}
    await database["tickets"].insert_many({"number": n, "alert": old} for n in (1, 2, 3))
    await fill(database, 2, to=WHOLE)

    await store.prepare()

    rows = await database["tickets"].find({}, {"number": 1, "alert.kind": 1}).to_list()
    assert {row["number"]: row["alert"].get("kind") for row in rows} == {
        1: "breach",
        2: None,
        3: "breach",
    }


async def test_looking_for_such_alerts_examines_none_of_the_others(store, database):
    alert = {"owed": True, "due": DUE, "at": DUE, "kind": "breach"}
    await database["tickets"].insert_many({"number": n, "alert": alert} for n in range(50))
    await database.command("profile", 2)
    try:
        await store.prepare()
    finally:
        await database.command("profile", 0)

    which = {"op": "update", "ns": f"{database.name}.tickets"}
    profiled = await database["system.profile"].find(which).sort({"ts": -1}).to_list(1)
    await database["system.profile"].drop()
    assert [one["docsExamined"] for one in profiled] == [0]


@pytest.mark.parametrize("microsecond", [999, 1500, 999_999])
async def test_a_time_has_the_same_name_before_and_after_it_was_kept(database, microsecond):
    at = DUE.replace(microsecond=microsecond)
    await database["turns"].insert_one({"at": at})

    assert milliseconds(at) == milliseconds((await database["turns"].find_one({}))["at"])


def test_settings_make_whole_milliseconds(tmp_path):
    path = tmp_path / "steps.yml"
    path.write_text("steps: [{after_minutes: 0.12346, tell: [U0AMIR]}]")
    settings = Settings(_env_file=None, HELPDESK_ACKNOWLEDGE_MINUTES=0.12346)

    [step] = read_escalations(path).steps
    rules = settings.build_alert_rules(ALWAYS)
    assert step.after == rules.acknowledged == timedelta(milliseconds=7407)
    assert in_whole_milliseconds(timedelta(microseconds=1)) == timedelta(milliseconds=1)


async def test_a_refused_digest_is_free_when_its_wait_is_over(store, expire):
    digests = store.digests
    await digests.claim(DAY, "C1")
    assert (await digests.is_free(DAY, "C1"), await digests.is_settled(DAY, "C1")) == (False, True)

    await digests.refused(DAY, "C1", wait=timedelta(minutes=1))
    assert (await digests.is_free(DAY, "C1"), await digests.is_settled(DAY, "C1")) == (False, False)

    await expire()
    assert await digests.is_free(DAY, "C1")
    assert await digests.claim(DAY, "C1")


async def test_a_turn_that_is_too_far_off_is_nobodys(store):
    pause, most = timedelta(seconds=1), timedelta(seconds=5)
    await store.turns.hold("C1", wait=timedelta(seconds=30))

    waits = [await store.turns.take("C1", pause=pause, most=most) for _ in range(2)]

    assert [round(wait.total_seconds()) for wait in waits] == [30, 30]


async def test_mentions_that_were_given_back_may_be_spent(store):
    assert await store.turns.spend_mentions("C1", 3, most=4) == 3
    await store.turns.give_back("C1", 2)

    assert await store.turns.spend_mentions("C1", 5, most=4) == 3


@pytest.mark.parametrize(("minutes", "stays"), [(30, True), (61, False)])
async def test_a_watch_ends_an_hour_late_though_a_channel_cannot_be_read(
    store, database, minutes, stays
):
    until = datetime.now(UTC) - timedelta(minutes=minutes)
    watch = {"since": until, "until": until, "free_at": until}
    alert = {"watch": watch, "free_at": until, "claim": None}
    await database["tickets"].insert_one({"_id": ObjectId(), "number": 1, "alert": alert})

    watched = await store.repeats.claim(pause=timedelta())
    await store.repeats.looked_at(watched, complete=False)

    assert ("watch" in (await database["tickets"].find_one({}))["alert"]) is stays
