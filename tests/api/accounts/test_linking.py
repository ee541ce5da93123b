"""Somebody in Slack and their account over REST become one, wherever that is broken off."""

import asyncio
import re
from contextlib import nullcontext
from dataclasses import replace

import pytest
from bson import ObjectId

from core.desk.conversation import Said
from core.desk.people import linking
from core.desk.people.erasing import Erasing
from core.desk.people.guesses import Guesses
from core.desk.people.people import People
from core.errors import Unavailable, WrongState
from core.idempotency import Key
from core.people.accounts import ERASED, Hears, Role, Via
from core.people.api_tokens import NewApiToken, Scope
from core.people.link_codes import GOOD_FOR, SIGNS, LinkCode
from core.store import linked
from core.store.people import links
from core.tickets import Changes, NewComment, NewTicket, Priority, SlackMessage
from core.tickets.finding.query import TicketQuery
from tests.conftest import LONG_AGO

NEW = NewTicket(title="VPN is down")


@pytest.fixture
def people(store, passwords, clock):
    guesses = Guesses(store.wrong_passwords, clock)
    return People(store.accounts, passwords, staff={}, min_password=6, guesses=guesses)


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """No process acts as the other account any more."""
    monkeypatch.setattr(linking, "PATIENCE", GOOD_FOR * 0)


@pytest.fixture
async def slack_ada(people):
    """Ada as the desk sees her in Slack."""
    return (await people.slack_user("U0ADA", name="ada l.")).acting(Via.SLACK)


@pytest.fixture
def code(people, slack_ada, clock):
    async def shown(who=slack_ada):
        return (await people.linking.code(who.id, at=clock())).code

    return shown


@pytest.fixture
def link(code):
    async def linked(caller, said=None):
        return await caller.post("/api/auth/link", {"code": said or await code()})

    return linked


@pytest.fixture
def in_slack(people):
    """Ada in Slack, as any process sees her from now on."""

    async def acting():
        return await people.acting_in_slack("U0ADA", name="ada l.")

    return acting


async def all_of(caller, **filters):
    found, cursor = [], None
    while True:
        page = {"limit": 100, **filters} | ({"cursor": cursor} if cursor else {})
        answer = await caller.get("/api/tickets", params=page)
        assert answer.status == 200, answer
        found += answer.body["items"]
        if (cursor := answer.body["next_cursor"]) is None:
            return found


async def listed(desk, by):
    """What their lists in Slack show, and of how many."""
    page = await desk.most_urgent(TicketQuery(), by=by, limit=1000)
    assert {ticket.requester for ticket in page.tickets} == {by.person}
    return sorted(ticket.number for ticket in page.tickets), page.total


async def many(database, filed, count):
    """So many tickets in all that are as that one."""
    first = await database["tickets"].find_one({"number": filed.number})
    last = (await database["tickets"].find_one(sort={"number": -1}))["number"]
    more = [
        {**first, "_id": ObjectId(), "number": last + n, "title": f"VPN {n}"}
        for n in range(1, count)
    ]
    await database["tickets"].insert_many(more)
    await database["counters"].update_one({}, {"$inc": {"last": count - 1}})


async def written_as(database, field="requester"):
    """By which ids and Slack users tickets have somebody."""
    rows = await database["tickets"].find({field: {"$ne": None}}).to_list()
    return {(str(row[field]["_id"]), row[field]["slack_id"]) for row in rows}


async def test_both_have_one_list_however_often_it_is_interrupted(
    desk, store, database, ada, slack_ada, link, in_slack, monkeypatch
):
    for by in (slack_ada, (await desk.people.account(ada.id)).acting(Via.REST)):
        filed = await desk.open_ticket(NEW, by=by)
        await many(database, filed.ticket, 200)
    numbers = {row["number"] async for row in database["tickets"].find()}
    monkeypatch.setattr(links, "PORTION", 30)
    portion, left = links.LinkStore._portion, []

    async def breaking(self, which):
        if not left:
            raise Unavailable
        left.pop()
        return await portion(self, which)

    monkeypatch.setattr(links.LinkStore, "_portion", breaking)
    assert (await link(ada)).status == 200

    seen = set()
    for portions in (0, 1, 4, 9, 1000):
        rows = await all_of(ada)
        assert {row["number"] for row in rows} == numbers
        assert {row["requester"]["_id"] for row in rows} == {ada.id}
        assert {row["requester"]["name"] for row in rows} == {"Ada"}
        assert len(await all_of(ada, requester=ada.id)) == 400
        assert len(await all_of(ada, requester=slack_ada.id)) == 400
        assert await listed(desk, await in_slack()) == (sorted(numbers), 400)
        seen.add(len(await written_as(database)))
        # Nobody else goes on before the lease is over.
        await database["accounts"].update_many(
            {"rewrite_at": {"$exists": True}}, {"$set": {"rewrite_at": LONG_AGO}}
        )
        left[:] = [None] * portions
        with nullcontext() if portions == 1000 else pytest.raises(Unavailable):
            await store.accounts.links.go_on()

    # All of hers here and there, then only some that were of the other.
    assert seen == {2, 3}
    assert await written_as(database) == {(ada.id, "U0ADA")}
    row = await database["accounts"].find_one({"_id": ObjectId(ada.id)})
    assert "rewrite_at" not in row
    assert {one["version"] async for one in database["tickets"].find()} == {1}


async def rewritten(store, database):
    due = {"rewrite_at": {"$exists": True}}
    await database["accounts"].update_many(due, {"$set": {"rewrite_at": LONG_AGO}})
    await store.accounts.links.go_on()


@pytest.mark.parametrize("is_rewritten", [False, True], ids=["at once", "rewritten"])
async def test_a_repeat_does_nothing_twice(
    desk, store, database, ada, slack_ada, link, in_slack, is_rewritten
):
    key, other = Key("rest:1", "a ticket"), Key("rest:2", "a comment")
    filed = (await desk.open_ticket(NEW, by=slack_ada, key=key)).ticket
    words = NewComment(message="It is back.")
    await desk.comment(filed.id, words, by=slack_ada, key=other)
    assert (await link(ada)).status == 200
    if is_rewritten:
        await rewritten(store, database)

    by = await in_slack()
    again = await desk.open_ticket(NEW, by=by, key=key)
    said = await desk.comment(filed.id, words, by=by, key=other)

    assert (again.repeated, again.ticket.id) == (True, filed.id)
    assert said.repeated
    assert len((await ada.get(f"/api/tickets/{filed.id}")).body["comments"]) == 1
    assert await database["tickets"].count_documents({}) == 1


@pytest.mark.parametrize("is_rewritten", [False, True], ids=["at once", "rewritten"])
async def test_a_message_in_slack_is_a_comment_once(
    desk, store, database, ada, slack_ada, link, is_rewritten
):
    """It may be heard of again, or read again with the whole thread."""
    filed = (await desk.open_ticket(NEW, by=slack_ada)).ticket
    messages = [
        Said(SlackMessage("C1", f"1772441000.00000{n}"), "1772440000.000001", "U0ADA", False, "x")
        for n in range(3)
    ]
    assert await desk.conversation.earlier(filed, messages[:2])
    await desk.conversation.added(messages[2], filed)
    assert (await link(ada)).status == 200
    if is_rewritten:
        await rewritten(store, database)

    ticket = await store.tickets.get(filed.id)
    assert await desk.conversation.earlier(ticket, messages)

    assert len((await store.tickets.get(filed.id)).comments) == 3


async def test_what_both_filed_with_one_key_stays_apart(
    desk, store, database, ada, acting, slack_ada, link
):
    key = Key("rest:1", "a ticket")
    for by in (slack_ada, await acting(ada)):
        await desk.open_ticket(NEW, by=by, key=key)
    await desk.open_ticket(NEW, by=slack_ada)

    assert (await link(ada)).status == 200
    await rewritten(store, database)

    assert [row["requester"]["_id"] for row in await all_of(ada)] == [ada.id] * 3
    again = await desk.open_ticket(NEW, by=await acting(ada), key=key)
    assert (again.repeated, again.ticket.number in (1, 2)) == (True, True)
    # But for the one that the key is held against.
    assert len(await written_as(database)) == 2


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


async def test_half_of_what_somebody_has_may_be_rewritten(desk, store, database, ada, link):
    staff = (await desk.people.slack_user("U0AL")).acting(Via.SLACK)
    both = [
        {"_id": ObjectId(staff.id), "name": "al", "slack_id": "U0AL"},
        {"_id": ObjectId(ada.id), "name": "Ada", "slack_id": None},
    ]
    for assignee in both:
        filed = (await desk.open_ticket(NEW, by=staff)).ticket
        which = {"number": filed.number}
        await database["tickets"].update_one(which, {"$set": {"assignee": assignee}})
    code = await desk.people.linking.code(staff.id, at=desk.clock())

    assert (await link(ada, code.code)).status == 200

    [share] = (await store.tickets.overviews.standing(at=desk.clock(), most=9, oldest=1)).shares
    assert (share.person.id, share.unfinished) == (ada.id, 2)


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


@pytest.mark.parametrize("by_settings", [False, True])
async def test_who_becomes_staff_by_it_has_a_password_long_enough_for_that(
    people, store, database, ada, slack_ada, link, by_settings
):
    await database["accounts"].update_one(
        {"email": ada.email}, {"$set": {"password_is_long": False}}
    )
    if by_settings:
        people.linking._staff["U0ADA"] = Role.AGENT
    else:
        await store.accounts.change(slack_ada.id, {"role": "agent"})

    refused = await link(ada)

    assert refused.status == 409
    assert "at least 12 characters" in refused.body["error"]["message"]
    given = {"current": "correct-horse", "new": "battery-staple"}
    changed = await ada.post("/api/auth/password", given)
    ada.headers["Authorization"] = f"Bearer {changed.body['token']}"
    assert (await link(ada)).status == 200


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
    assert [
        one.id
        for one in await people.administration.page(after=None, most=9, words=None, role=None)
    ] == [ada.id, olga.id]
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


# Codes.


async def test_a_code_is_good_once_for_ten_minutes(ada, ben, link, code, clock):
    said = await code()
    assert len(said) == 8
    assert {*said} <= {*SIGNS}
    clock.forward(minutes=10)
    late = await link(ada, said)
    newer, newest = await code(), await code()
    replaced = await link(ada, newer)
    taken = await link(ada, newest.lower())
    again = await link(ben, newest)

    assert [late.status, replaced.status, taken.status, again.status] == [404, 404, 200, 404]
    for refused in (late, replaced, again):
        assert refused.body["error"] == {
            "code": "CODE_NOT_FOUND",
            "message": "This code is not good, or not any more: type `/ticket link` in Slack for a "
            "new one.",
        }


async def test_it_is_good_until_the_last_moment_and_kept_as_a_hash(
    ada, link, code, clock, database
):
    said = await code()
    row = await database["link_codes"].find_one()
    assert {*row} == {"_id", "digest", "made_at", "until"}
    assert said not in str(row)
    clock.forward(minutes=9, seconds=59)

    assert (await link(ada, said)).status == 200
    assert await database["link_codes"].find_one() is None


async def test_of_many_who_send_a_code_at_once_one_wins(
    store, database, ada, ben, code, link, slack_ada
):
    said = await code()

    answers = await asyncio.gather(*(link(who, said) for who in (ada, ben) * 5))

    assert sorted(answer.status for answer in answers).count(200) == 1
    assert {answer.status for answer in answers} == {200, 404, 409}
    rows = await database["accounts"].find({"slack_id": {"$exists": True}}).to_list()
    assert [(row["slack_id"], str(row["linked_from"])) for row in rows] == [("U0ADA", slack_ada.id)]
    assert await database["accounts"].count_documents({"linked_to": rows[0]["_id"]}) == 1


async def test_of_two_slack_users_one_becomes_the_account(people, database, ada, link, code, clock):
    other = await people.slack_user("U0ZOE")
    codes = [await code(), (await people.linking.code(other.id, at=clock())).code]

    answers = await asyncio.gather(*(link(ada, said) for said in codes))

    assert sorted(answer.status for answer in answers) == [200, 409]
    assert await database["accounts"].count_documents({"slack_id": {"$exists": True}}) == 2
    assert await database["accounts"].count_documents({"linked_to": {"$exists": True}}) == 1


async def test_who_tries_codes_is_stopped(ada, ben, link, code, clock):
    statuses = [(await link(ada, "BBBBBBBB")).status for _ in range(10)]

    refused = await link(ada, await code())

    assert statuses == [404] * 10
    assert (refused.status, refused.headers["Retry-After"]) == (429, "900")
    assert refused.body["error"]["message"] == (
        "Too many wrong codes came from your address. Try again in 15 minutes."
    )
    # Nobody else is, and nothing is lost.
    assert (await link(ben)).status == 200
    clock.forward(minutes=15)
    assert (await link(ada, "BBBBBBBB")).status == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"code": ""}, {"code": "K7MPX3Q"}, {"code": "K7MPX3QRS"}, {"code": "K7MPX3Q0"},
     {"code": "K7MP X3Q"}, {"code": 7}, {"code": None}, {"code": {"$ne": ""}},
     {"code": "BBBBBBBB\n"},
     {"code": "BBBBBBBB", "email": "x"}],
)  # fmt: skip
async def test_what_is_no_code_is_told_and_is_no_guess(ada, database, body):
    answer = await ada.post("/api/auth/link", body)

    assert (answer.status, answer.body["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert await database["wrong_passwords"].count_documents({}) == 0


async def test_it_takes_somebody_who_signed_in(people, ada, stranger, code):
    said = {"code": await code()}
    _, secret = await people.tokens.make(ada.id, NewApiToken(name="ci", scope=Scope.WRITE))
    program = replace(ada, headers={"Authorization": f"Bearer {secret}"})

    assert (await stranger.post("/api/auth/link", said)).status == 401
    assert (await program.post("/api/auth/link", said)).status == 403
    assert (await ada.post("/api/auth/link", said)).status == 200


async def test_what_cannot_become_one_is_told_why(
    people, store, database, ada, ben, link, code, slack_ada, clock
):
    only_people = (
        "Only a person's account that has an e-mail address, and is not disabled, becomes one "
        "with somebody in Slack."
    )

    async def said(caller, given):
        answer = await link(caller, given)
        assert (answer.status, answer.body["error"]["code"]) == (409, "WRONG_STATE")
        return answer.body["error"]["message"]

    given = await code()
    await database["accounts"].update_one({"_id": ObjectId(ben.id)}, {"$set": {"bot": True}})
    people.remembered.forget(ben.id)
    assert await said(ben, given) == only_people
    which = {"_id": ObjectId(slack_ada.id)}
    await database["accounts"].update_one(which, {"$set": {"disabled": True}})
    assert await said(ada, given) == "That Slack user is disabled here, or is a program."
    await database["accounts"].update_one(which, {"$unset": {"disabled": True}})
    await store.accounts.link(
        "U0ADA", name="x", email="x@example.com", password_hash="x", role=Role.USER
    )
    assert await said(ada, given) == (
        "That Slack user has an account with an e-mail address already: two accounts that have "
        "one cannot be joined."
    )
    with pytest.raises(WrongState, match=r"You are x@example\.com over REST already"):
        await people.linking.code(slack_ada.id, at=clock())
    other = await people.slack_user("U0ZOE")
    given = (await people.linking.code(other.id, at=clock())).code
    assert (await link(ada, given)).status == 200
    assert await said(ada, "BBBBBBBB") == "This account is that of U0ZOE in Slack already."
    assert await database["accounts"].count_documents({"linked_to": {"$exists": True}}) == 1


@pytest.mark.parametrize("command", ["findAndModify", "update", "find", "commitTransaction"])
async def test_what_fails_half_way_has_done_nothing(
    another_store, raw_client, passwords, database, ada, code, clock, slack_ada, command
):
    """And with the same code it is done."""
    store = await another_store(appname="linking", retryWrites=False)
    people = People(store.accounts, passwords, staff={}, min_password=6)
    await people.tokens.make(slack_ada.id, NewApiToken(name="ci", scope=Scope.WRITE))
    given = LinkCode(code=await code())
    before = [await database[name].find().to_list() for name in ("accounts", "link_codes")]
    # The account is read twice, then whose code it is.
    mode = {"skip": 3, "times": 1} if command == "find" else {"times": 1}
    data = {"failCommands": [command], "errorCode": 2, "appName": "linking"}
    if command == "findAndModify":
        mode["times"] = 1
        mode["skip"] = 1
    await raw_client.admin.command("configureFailPoint", "failCommand", mode=mode, data=data)
    try:
        with pytest.raises(Unavailable):
            await people.linking.link(ada.id, given, address="192.0.2.1", at=clock())
    finally:
        await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")

    after = [await database[name].find().to_list() for name in ("accounts", "link_codes")]
    assert after == before
    linked = await people.linking.link(ada.id, given, address="192.0.2.1", at=clock())
    assert linked.slack_id == "U0ADA"
    [token] = await people.tokens.of(ada.id)
    assert token.name == "ci"


# Others.


async def test_it_counts_in_another_process_at_its_next_look(
    store, passwords, ada, slack_ada, link
):
    other = People(store.accounts, passwords, staff={}, min_password=6)
    await other.remembered.look()
    assert (await other.acting_in_slack("U0ADA", name=None)).id == slack_ada.id
    assert (await other.account(ada.id)).slack_id is None

    assert (await link(ada)).status == 200
    assert (await other.acting_in_slack("U0ADA", name=None)).id == slack_ada.id
    await other.remembered.look()

    by = await other.acting_in_slack("U0ADA", name=None)
    assert (by.id, by.name) == (ada.id, "Ada")
    assert (await other.account(ada.id)).slack_id == "U0ADA"
    assert await other.account(slack_ada.id) == await other.account(ada.id)


async def test_others_learn_of_it_where_neither_has_done_anything(
    desk, people, ada, olga, slack_ada, link, monkeypatch
):
    await desk.open_ticket(NEW, by=slack_ada)
    assert (await link(ada)).status == 200
    # As in a process that has not heard of it.
    monkeypatch.setattr(linked, "_LINKS", {})
    assert [one["requester"]["_id"] for one in await all_of(olga)] == [slack_ada.id]

    await people.remembered.look()

    assert [one["requester"]["_id"] for one in await all_of(olga)] == [ada.id]


async def test_what_is_filed_meanwhile_is_theirs(
    desk, store, database, ada, acting, slack_ada, code, link
):
    by_address, said = await acting(ada), await code()

    async def file(by, number):
        return await desk.open_ticket(NEW, by=by, key=Key(f"rest:{by.id}:{number}", "x"))

    *filed, linked = await asyncio.gather(
        *(file(by, number) for number in range(20) for by in (slack_ada, by_address)),
        link(ada, said),
    )
    # Of a process that has not heard of it.
    filed.append(await file(slack_ada, 20))

    assert linked.status == 200
    numbers = {one.ticket.number for one in filed}
    assert len(numbers) == 41
    assert {row["number"] for row in await all_of(ada)} == numbers
    await rewritten(store, database)
    assert {row["number"] for row in await all_of(ada)} == numbers
    assert await written_as(database) == {(ada.id, "U0ADA")}


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
    for field in ("requester", "assignee"):
        await store.accounts.links._rewrite(field, before)
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
