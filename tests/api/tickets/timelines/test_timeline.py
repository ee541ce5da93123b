"""What happened to a ticket: who reads what of it, page by page."""

import pytest


@pytest.fixture
async def ticket(ada, olga):
    ticket = await ada.file("Server down")
    path = f"/api/tickets/{ticket['_id']}"
    await olga.patch(path, {"assignee": olga.id, "status": "in_progress"})
    await olga.post(f"{path}/comments", {"message": "I look"})
    await olga.post(f"{path}/comments", {"message": "It is the disk", "internal": True})
    await olga.post(f"{path}/acknowledge")
    await olga.post(f"{path}/snooze", {"minutes": 30})
    await ada.patch(path, {"title": "Server is down"})
    return ticket


def what(answer):
    return [one["what"] for one in answer.body["items"]]


async def test_agents_read_all_and_requesters_what_is_for_them(ticket, ada, olga, ben):
    path = f"/api/tickets/{ticket['_id']}/timeline"

    theirs, all = await ada.get(path), await olga.get(path)

    assert what(theirs) == ["created", "changed", "commented", "changed"]
    assert what(all) == [
        *("created", "changed", "commented", "noted", "acknowledged", "snoozed", "changed"),
    ]
    assert [one for one in all.body["items"] if one["what"] in what(theirs)] == theirs.body["items"]
    assert (await ben.get(path)).status == 404
    assert (await olga.get("/api/tickets/99/timeline")).status == 404


async def test_an_entry_says_who_did_what_when_and_from_where(ticket, ada, olga, clock):
    [created, changed, *_] = (await ada.get("/api/tickets/T-1/timeline")).body["items"]
    snoozed = (await olga.get("/api/tickets/T-1/timeline")).body["items"][5]

    assert created == {
        "at": ticket["created_at"],
        "by": {"_id": ada.id, "name": "Ada"},
        "via": "rest",
        "what": "created",
        "changes": {},
        "until": None,
        "token": None,
    }
    assert changed["changes"] == {
        "assignee": {"old": None, "new": {"_id": olga.id, "name": "Olga"}},
        "status": {"old": "open", "new": "in_progress"},
    }
    assert snoozed["until"] is not None


async def test_a_change_of_priority_says_when_it_was_and_is_due(ticket, olga):
    await olga.patch("/api/tickets/1", {"priority": "high"})

    changes = (await olga.get("/api/tickets/1/timeline")).body["items"][-1]["changes"]

    assert changes["priority"] == {"old": "medium", "new": "high"}
    assert changes["sla_due"]["old"] == ticket["sla_due"] > changes["sla_due"]["new"]


@pytest.mark.parametrize("name", ["ada", "olga"])
@pytest.mark.parametrize("limit", [1, 2, 4, 7])
async def test_pages_meet_each_entry_once(ticket, name, limit, request):
    caller = request.getfixturevalue(name)
    whole = await caller.get("/api/tickets/1/timeline?limit=100")

    pages = [await caller.get(f"/api/tickets/1/timeline?limit={limit}")]
    while (cursor := pages[-1].body["next_cursor"]) is not None:
        pages.append(await caller.get(f"/api/tickets/1/timeline?limit={limit}&cursor={cursor}"))

    assert [one for page in pages for one in page.body["items"]] == whole.body["items"]
    assert len(pages) == -(-len(whole.body["items"]) // limit)


@pytest.mark.parametrize("query", ["cursor=abc", "cursor=OTk5OTk5OTk5OTk5", "limit=0", "x=1"])
async def test_a_bad_parameter_is_named(ticket, ada, query):
    answer = await ada.get(f"/api/tickets/1/timeline?{query}")

    assert (answer.status, answer.body["error"]["field"]) == (400, query.partition("=")[0])


async def test_agents_are_told_who_put_alerts_off_and_requesters_are_not(ticket, ada, olga):
    theirs, agents = await ada.get("/api/tickets/1"), await olga.get("/api/tickets/1")

    assert theirs.body.keys().isdisjoint({"acknowledged", "snoozed"})
    assert agents.body["acknowledged"] is None
    assert agents.body["snoozed"]["by"] == {"_id": olga.id, "name": "Olga"}
    again = await olga.post("/api/tickets/1/acknowledge")
    assert again.body["ticket"]["acknowledged"]["until"] == again.body["until"]
    assert again.body["ticket"]["snoozed"] is None
