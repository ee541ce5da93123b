"""What would keep alerts from ringing: older versions, whole milliseconds, waits and refusals."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bson import ObjectId

from core.alerts.escalations import read_escalations
from core.clock import in_whole_milliseconds
from core.settings import Settings
from core.sla.calendar import ALWAYS
from core.store.delivery.entries import AT_ONCE, UNPLANNED
from core.tickets.alert import milliseconds
from tests.support.filled import WHOLE, emptied, fill

DAY = date(2026, 3, 2)
DUE = datetime(2026, 3, 2, 13, tzinfo=UTC)


def of_older_version(number):
    """A ticket as the version before filed it."""
    alert = {"owed": True, "ring": "breach:1772456400000", "at": DUE, "free_at": AT_ONCE}
    card = {"owed": True, "free_at": AT_ONCE}
    alert |= {"tried": [], "announced": [], "kind": "breach", "due": DUE}
    return {"number": number, "sla_due": DUE, "revision": 1, "alert": alert, "card": card}


async def test_what_a_ticket_owes_that_an_older_process_filed_is_listed_at_the_next_start(
    store, database
):
    await database["tickets"].insert_one(of_older_version(1))

    await store.prepare()

    ticket = await database["tickets"].find_one({})
    card, alert = ticket["deliveries"]
    assert (card["id"], card["due"], card["wants"], card["shows"]) == ("card", AT_ONCE, 1, 0)
    assert (alert["id"], alert["due"]) == ("alert:breach:1772456400000", DUE)
    assert alert["ring"] == {"kind": "breach", "due": DUE, "at": DUE}
    assert (ticket["delivery"], ticket["alert"]) == ({"due": AT_ONCE}, {"announced": []})
    assert not {"card", "receipt", "revision"} & ticket.keys()
    await store.prepare()
    assert await database["tickets"].find_one({}) == ticket


async def test_what_was_changed_before_it_was_listed_is_behind_and_planned_anew(store, database):
    """A process of the older version filed it; this one changed it at once."""
    old = of_older_version(1)
    old["card"] |= {"owed": False, "channel": "C1", "ts": "1.1"}
    await database["tickets"].insert_one(old | {"breaches_at": DUE, "deliveries": []})

    await store.prepare()

    card, alert = (await database["tickets"].find_one({}))["deliveries"]
    assert (card["ts"], card["wants"], card["shows"], card["due"]) == ("1.1", 2, 1, AT_ONCE)
    assert (alert["id"], alert["due"]) == ("alert", UNPLANNED)


async def test_a_full_one_keeps_no_other_back_and_is_named_until_it_has_room(store, database):
    await database["tickets"].insert_many(of_older_version(n) for n in (1, 2, 3))
    await fill(database, 2, to=WHOLE)

    await store.prepare()

    listed = database["tickets"].find({"deliveries.kind": "alert"})
    assert {row["number"] for row in await listed.to_list()} == {1, 3}
    assert [full.key for full in await store.full.named(most=9)] == ["T-2"]
    await emptied(database, 2)
    await store.prepare()
    assert await database["tickets"].count_documents({"deliveries.kind": "alert"}) == 3
    assert await store.full.named(most=9) == []


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
    lease = timedelta(minutes=1)
    digest = await digests.claim(DAY, "C1", lease=lease)
    await digests.begin(digest, within=timedelta(0))
    assert await digests.is_settled(DAY, "C1")

    await digests.refused(digest, wait=timedelta(minutes=1))
    assert not await digests.is_settled(DAY, "C1")
    assert await digests.claim(DAY, "C1", lease=lease) is None

    await expire()
    assert await digests.claim(DAY, "C1", lease=lease)


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
    alert = {"watch": {"since": until, "until": until}}
    await database["tickets"].insert_one({"_id": ObjectId(), "number": 1, "alert": alert})

    watched = await store.repeats.claim(pause=timedelta())
    await store.repeats.looked_at(watched, complete=False)

    assert ("watch" in (await database["tickets"].find_one({}))["alert"]) is stays


async def test_one_that_its_history_filled_gets_room_and_is_not_put_aside(store, database):
    """As versions left it that moved nothing."""
    await database["tickets"].insert_one(of_older_version(1))
    await store.prepare()
    by = {"_id": ObjectId(), "name": "Olga", "slack_id": None}
    entry = {"at": AT_ONCE, "by": by, "via": "rest", "what": "changed", "token": "x" * 1000}
    await database["tickets"].update_one({}, {"$set": {"timeline": 5000 * [entry]}})
    await fill(database, 1, to=WHOLE)
    later = DUE + timedelta(seconds=1)

    await store.full.put_aside(at=later)

    assert await store.full.named(most=9) == []
    ticket = await database["tickets"].find_one({})
    moved = sum(one["entries"] for one in ticket["timelines"])
    assert moved + len(ticket["timeline"]) == 5000
    assert {one["due"] for one in ticket["deliveries"]} == {AT_ONCE, DUE}
    claim = await store.alerts.claim(
        at=later, lease=timedelta(seconds=20), doubt=timedelta(seconds=10)
    )
    assert claim is not None
