"""What the version before left in MongoDB goes on: cards, alerts, acknowledgements, the board.

The dump is of a desk that was stopped with alerts, a card and a receipt whose answers got lost.
"""

from pathlib import Path

import pytest
from bson import json_util

from core.store.migrations.migrations import INDEXES
from localslack.state.people import BOT_USER
from tests.bot.alerts.test_announcer import alerts_in, announced
from tests.bot.conftest import card_of, words

DUMP = Path(__file__).with_name("before_one_outbox.json")
OLD = ("alert_next", "alert_batch", "card_owed", "receipt_owed")


def messages(document):
    """What the dump knows to be in Slack, as places in it: the card, the alerts, the board."""
    if "alert" in document:
        yield from (document["card"], *document["alert"].get("messages", ()))
    else:
        yield document


@pytest.fixture
async def left_behind(slack, database, clock):
    """The database as the version before left it, and Slack as it was then; by number, what each
    ticket has there."""
    aware = json_util.JSONOptions(tz_aware=True)
    dump = json_util.loads(DUMP.read_text(), json_options=aware)
    clock.forward(seconds=(dump.pop("at") - clock()).total_seconds())
    dump.pop("indexes")
    there = {}
    for name in ("tickets", "boards"):
        for document in dump[name]:
            posted = [one for one in messages(document) if one.get("ts")]
            for one in posted:
                message = slack.workspace.post(slack.helpdesk, BOT_USER, "as it was")
                one["ts"] = message.ts
                there.setdefault(document.get("number", "board"), []).append(message)
    await database["tickets"].drop_indexes()
    for name in OLD:
        field = name.replace("_owed", ".free_at").replace("_", ".")
        await database["tickets"].create_index(field, name=name)
    await database["migrations"].delete_one({"_id": 3})
    for name, documents in dump.items():
        if documents and name != "migrations":
            await database[name].insert_many(documents)
    return there


async def test_it_goes_on(slack, start, left_behind, database, clock, tmp_path, expire):
    steps = tmp_path / "steps.yml"
    steps.write_text("steps: [{after_minutes: 30, tell: [U0AMIR]}]")
    # One of the answers that got lost was of a message that is there.
    five = await database["tickets"].find_one({"number": 5})
    found = f"escalation-1:{five['_id']}:1772470800001:{slack.helpdesk.id}"
    payload = {"event_type": "helpdesk_alert", "event_payload": {"alerts": [found]}}
    slack.workspace.post(slack.helpdesk, BOT_USER, "it came", metadata=payload)

    async with start(soon_percent=75, escalations=steps):
        await slack.until(lambda: card_of(slack, "T-9"))
        await slack.until(lambda: slack.direct_messages(slack.ben))
        due = {"1772474400003", "1772485200003", "1772470800001"}
        await slack.until(lambda: due <= {one.split(":")[2] for one in announced(slack)})
        await slack.command("resolve 4", by=slack.olga)
        await slack.until(lambda: all("resolved" in each.text for each in left_behind[4]))
        [board] = left_behind["board"]
        await slack.until(lambda: board.text != "as it was" and "T-4" not in words(board))
        await slack.until(lambda: len(alerts_in(slack)) >= 3)
        await slack.command("ack 8", by=slack.olga)
        await slack.until(lambda: any("acknowledged" in alert.text for alert in alerts_in(slack)))

    # T-1 and T-8 rang, T-5 was found; T-2 is acknowledged for longer since a comment.
    assert len(announced(slack)) == len(set(announced(slack))) == 3
    assert announced(slack).count(found) == 1
    one = await database["tickets"].find_one({"number": 1})
    assert one["alert"]["acknowledged"]["by"]["slack_id"] == slack.olga.id
    assert len(one["alert"]["announced"]) == 4
    indexes = await database["tickets"].index_information()
    assert indexes.keys() == {"_id_", *(each.document["name"] for each in INDEXES["tickets"])}
