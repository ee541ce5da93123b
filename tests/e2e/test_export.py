"""`helpdesk export` as it is run: all of the desk, a line each, as REST shows it."""

import json
import subprocess
from datetime import timedelta

import pytest
from bson import ObjectId

from core.people.accounts import Role, Via
from core.tickets import NewTicket
from tests.support.started import COMMAND, environment


@pytest.fixture
async def worked(ada, olga, store, people, desk, database, password_hash):
    """T-1 has a long timeline and more comments and notes than come with a ticket; T-2 was filed
    by a Slack user whose account became one with another."""
    await ada.file("Server down", description="“Down”\u2028since nine", priority="high")
    await olga.post("/api/tickets/1/comments", {"message": "On it."})
    await olga.post("/api/tickets/1/comments", {"message": "Their fault.", "internal": True})
    await olga.post("/api/tickets/1/snooze", {"minutes": 30})
    ticket = await database["tickets"].find_one()
    by = {"_id": ObjectId(olga.id), "name": "Olga as she was", "slack_id": None}
    said = [
        {"_id": ObjectId(), "message": f"{n}", "author": by, "internal": n % 2 == 0}
        | {"created_at": ticket["created_at"] + timedelta(seconds=n)}
        for n in range(150)
    ]
    status = {"old": "open", "new": "in_progress"}
    entry = {"by": by, "via": "rest", "what": "changed", "changes": {"status": status}}
    toggled = [
        entry | {"at": ticket["created_at"] + timedelta(seconds=n), "token": f"{n:0300}"}
        for n in range(1500)
    ]
    more = {"comments": {"$each": said}, "timeline": {"$each": toggled}}
    await database["tickets"].update_one({}, {"$push": more})
    await store.tickets.timelines.move(str(ticket["_id"]))
    assert await database["timelines"].count_documents({}) > 1
    zoe = await store.accounts.add(
        name="Zoe", email="zoe@example.com", password_hash=password_hash, role=Role.USER
    )
    slack_user = await people.slack_user("U0ZOE", name="zoe in Slack")
    await desk.open_ticket(NewTicket(title="From Slack"), by=slack_user.acting(Via.SLACK))
    await people.linking.join(zoe, "U0ZOE")
    await olga.patch("/api/tickets/2", {"status": "resolved", "assignee": olga.email})


async def whole(caller, path):
    """All items of a list, page by page."""
    items, cursor = [], ""
    while cursor is not None:
        body = (await caller.get(f"{path}?limit=100{cursor}")).body
        items += body["items"]
        cursor = body["next_cursor"] and f"&cursor={body['next_cursor']}"
    return items


async def test_all_that_rest_shows_to_staff_is_there_and_nothing_else(
    helpdesk, worked, olga, amir, store
):
    written = helpdesk("export")

    assert (written.returncode, written.stderr) == (0, "")
    lines = [json.loads(line) for line in written.stdout.split("\n")[:-1]]
    users = await whole(amir, "/api/users")
    assert lines[:4] == [{"kind": "account"} | user for user in users]
    assert {user["name"]: user["slack_id"] for user in users} == {
        "Ada": None, "Olga": None, "Amir": None, "Zoe": "U0ZOE",
    }  # fmt: skip
    assert [line["number"] for line in lines[4:-1]] == [1, 2]
    for line in lines[4:-1]:
        path = f"/api/tickets/{line['number']}"
        assert line == {"kind": "ticket"} | (await olga.get(path)).body | {
            "comments": await whole(olga, f"{path}/comments"),
            "timeline": await whole(olga, f"{path}/timeline"),
            "helpful": None,
        }
    one, two = lines[4:-1]
    assert (len(one["comments"]), len(one["timeline"])) == (152, 1504)
    assert one["comments_count"] == 152
    assert one["snoozed"]["by"]["name"] == "Olga"
    ids = {user["name"]: user["_id"] for user in users}
    assert two["requester"]["_id"] == two["timeline"][0]["by"]["_id"] == ids["Zoe"]
    assert lines[-1] == {"kind": "end", "accounts": 4, "tickets": 2}


def test_who_reads_no_further_ends_it_without_a_word(worked, mongo_uri, tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "export"],
        cwd=tmp_path,
        env=environment({"HELPDESK_DATA": str(tmp_path), "MONGO_URI": mongo_uri}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert json.loads(process.stdout.readline())["kind"] == "account"
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait(60) == 1


def test_without_a_database_nothing_is_written(helpdesk):
    refused = helpdesk("export", MONGO_URI="mongodb://127.0.0.1:1/helpdesk")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "MongoDB does not answer. Start it, or correct MONGO_URI.\n"
