"""Who has become one is that in all they did before, in what they may and in what they chose."""

import re
from dataclasses import replace

import pytest
from bson import ObjectId

from core.desk.people.erasing import Erasing
from core.people.accounts import ERASED, Hears, Role, Via
from core.people.api_tokens import NewApiToken, Scope
from core.tickets import Changes, NewComment, NewTicket, Priority
from tests.api.accounts.linking.conftest import NEW, all_of, rewritten


async def test_who_did_what_is_them_for_good(desk, store, database, ada, ben, olga, acting, link):
    staff = (await desk.people.slack_user("U0AL")).acting(Via.SLACK)._replace(role=Role.AGENT)
    ticket = await ben.file()
    await desk.comment(ticket["_id"], NewComment(message="Look.", internal=True), by=staff)
    await desk.comment(ticket["_id"], NewComment(message="Soon."), by=staff)
    await desk.change_ticket(ticket["_id"], Changes(priority=Priority.HIGH), by=staff)
    await database["tickets"].update_one(
        {}, {"$set": {"assignee": {"_id": ObjectId(staff.id), "name": "al", "slack_id": "U0AL"}}}
    )
    code = await desk.people.linking.code(staff.id, at=desk.clock())

    assert (await link(ada, code.code)).status == 200

    for _ in range(2):
        seen = (await olga.get(f"/api/tickets/{ticket['_id']}")).body
        timeline = (await olga.get(f"/api/tickets/{ticket['_id']}/timeline")).body["items"]
        theirs = {"_id": ada.id, "name": "Ada"}
        assert seen["assignee"] == theirs
        assert [one["author"] for one in seen["comments"]] == [theirs, theirs]
        assert [one["by"] for one in timeline[1:]] == [theirs] * 3
        assert len((await olga.get(f"/api/tickets?assignee={ada.id}")).body["items"]) == 1
        [share] = (await store.tickets.overviews.standing(at=desk.clock(), most=9, oldest=1)).shares
        assert (share.person.id, share.person.slack_id) == (ada.id, "U0AL")
        await rewritten(store, database)
    # What they wrote stays as it was written.
    row = await database["tickets"].find_one()
    assert {str(one["author"]["_id"]) for one in row["comments"]} == {staff.id}


async def test_who_had_it_before_they_were_one_had_it_as_both(
    desk, store, database, ada, olga, slack_ada, link
):
    ticket = await ada.file()
    before = {"_id": ObjectId(slack_ada.id), "name": "ada l.", "slack_id": "U0ADA"}
    await database["tickets"].update_one({}, {"$set": {"assignee": before}})
    assert (await olga.patch("/api/tickets/1", {"assignee": None})).status == 200

    assert (await link(ada)).status == 200

    since = await store.tickets.versions.since(ticket["_id"], 1)
    assert since["assignee"].value == ada.id


async def test_what_a_requester_says_at_the_other_door_is_theirs(
    desk, database, ada, olga, slack_ada, link, clock
):
    """It sets going what waits for them, and asks for an answer."""
    filed = (await desk.open_ticket(NEW, by=slack_ada)).ticket
    path = f"/api/tickets/{filed.id}"
    waits = {"status": "waiting", "waiting_for": "requester", "version": 1}
    assert (await olga.patch(path, waits)).status == 200
    assert (await link(ada)).status == 200
    clock.forward(minutes=1)

    assert (await ada.post(f"{path}/comments", {"message": "Done."})).status == 201
    assert (await ada.post(f"{path}/comments", {"message": "And?"})).status == 201

    row = await database["tickets"].find_one()
    assert (row["status"], len(row["asked"])) == ("open", 2)
    # Nor is it an answer to themselves, once they are an agent.
    await desk.people.administration._changed(ada.id, {"role": "agent"})
    assert (await ada.post(f"{path}/comments", {"message": "Still."})).status == 201
    row = await database["tickets"].find_one()
    assert len(row["asked"]) == 3


async def test_notes_and_other_peoples_tickets_stay_agents(desk, ada, ben, olga, slack_ada, link):
    filed = (await desk.open_ticket(NEW, by=slack_ada)).ticket
    others = await ben.file()
    for id in (filed.id, others["_id"]):
        note = {"message": "marzipan", "internal": True}
        assert (await olga.post(f"/api/tickets/{id}/comments", note)).status == 201

    assert (await link(ada)).status == 200

    for path in ("", "/comments", "/timeline"):
        mine = await ada.get(f"/api/tickets/{filed.id}{path}")
        assert (mine.status, "marzipan" in str(mine.body)) == (200, False)
        assert "noted" not in str(mine.body)
        assert (await ada.get(f"/api/tickets/{others['_id']}{path}")).status == 404
    assert (await ada.get("/api/tickets?q=marzipan")).body["items"] == []
    assert [one["_id"] for one in await all_of(ada)] == [filed.id]


async def test_it_keeps_the_higher_role_and_what_they_chose(
    people, store, database, ada, slack_ada, link, in_slack, olga
):
    await people.hears(slack_ada, Hears.NEEDED)
    await store.accounts.homes.choose(slack_ada.id, "late")
    await store.accounts.names.learned("U0ADA", "Ada Lovelace", handle="lovelace")
    await store.accounts.change(slack_ada.id, {"role": "agent"})

    linked = await link(ada)

    assert linked.body == {
        "_id": ada.id,
        "name": "Ada",
        "email": "ada@example.com",
        "role": "agent",
        "slack_id": "U0ADA",
    }
    by = await in_slack()
    assert (by.id, by.name, by.role, by.slack_id) == (ada.id, "Ada", Role.AGENT, "U0ADA")
    assert await people.hears(by) is Hears.NEEDED
    assert await store.accounts.homes.chosen(ada.id) == ("late", Hears.NEEDED)
    assert (await people.account(ada.id)).handle == "lovelace"
    # The other is none any more.
    assert [one.id for one in await people.page(after=None, most=9)] == [ada.id, olga.id]
    assert (await people.known(slack_ada.id, field="who")).id == ada.id


async def test_a_higher_role_of_the_one_that_stays_stays(people, amir, link, in_slack):
    assert (await link(amir)).body["role"] == "admin"
    assert (await in_slack()).role is Role.ADMIN


async def test_programs_of_either_act_as_the_one_that_stays(
    people, ada, slack_ada, link, session, rest_url
):
    new = NewApiToken(name="ci", scope=Scope.WRITE)
    secrets = [(await people.tokens.make(who.id, new))[1] for who in (slack_ada, ada)]
    programs = [replace(ada, headers={"Authorization": f"Bearer {secret}"}) for secret in secrets]
    assert [(await one.get("/api/auth/me")).body["_id"] for one in programs] == [
        slack_ada.id,
        ada.id,
    ]

    assert (await link(ada)).status == 200

    assert [(await one.get("/api/auth/me")).body["_id"] for one in programs] == [ada.id] * 2
    tokens = (await ada.get("/api/tokens")).body["items"]
    assert [token["name"] for token in tokens] == ["ci 2", "ci"]
    for token in tokens:
        assert (await ada.send("DELETE", f"/api/tokens/{token['_id']}")).status == 204
    assert [(await one.get("/api/auth/me")).status for one in programs] == [401] * 2


@pytest.mark.parametrize("is_rewritten", [False, True], ids=["at once", "rewritten"])
async def test_who_is_erased_is_so_as_both(
    desk, store, people, database, ada, olga, slack_ada, link, clock, is_rewritten
):
    for by in (slack_ada, (await people.account(ada.id)).acting(Via.REST)):
        filed = (await desk.open_ticket(NewTicket(title="marzipan"), by=by)).ticket
        await desk.comment(filed.id, NewComment(message="marzipan"), by=by)
    ticket = await olga.file("Ask @ada l.")
    await desk.comment(
        ticket["_id"], NewComment(message="marzipan"), by=slack_ada._replace(role=Role.AGENT)
    )
    assert (await link(ada)).status == 200
    if is_rewritten:
        await rewritten(store, database)
    erasing = Erasing(
        store.erasures, store.accounts, people.administration, clock, staff={}, patience=0
    )

    erasure = await erasing.found(await people.known(ada.email, field="who"))
    before = await database["accounts"].find_one({"_id": ObjectId(ada.id)})
    await erasing.erase(erasure)
    # Nor by who has begun to rewrite before.
    assert await store.accounts.links._rewriting.done(before)
    await rewritten(store, database)
    await store.accounts.names.refresh()

    assert (erasure.filed, erasure.comments, erasure.others) == (2, 3, 1)
    for name in ("tickets", "accounts", "link_codes"):
        rows = await database[name].find().to_list()
        for word in ("marzipan", "ada", "U0ADA"):
            found = re.findall(rf"\b{word}\b", str(rows), re.IGNORECASE)
            assert found == [], (name, word)
    seen = (await olga.get("/api/tickets")).body["items"]
    assert {one["requester"]["name"] for one in seen} == {ERASED, "Olga"}
    assert {one["requester"]["_id"] for one in seen} == {ada.id, olga.id}
