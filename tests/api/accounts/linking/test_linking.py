"""Somebody in Slack and their account over REST become one, wherever that is broken off."""

import asyncio
import re
from contextlib import nullcontext

import pytest
from bson import ObjectId

from core.desk.conversation import Said
from core.desk.people.erasing import Erasing
from core.desk.people.people import People
from core.errors import Unavailable, WrongState
from core.idempotency import Key
from core.people.accounts import Role, Via
from core.people.api_tokens import NewApiToken, Scope
from core.people.link_codes import LinkCode
from core.store import linked
from core.store.people import rewriting
from core.tickets import NewComment, NewTicket, SlackMessage
from tests.api.accounts.linking.conftest import NEW, all_of, listed, many, rewritten, written_as
from tests.conftest import LONG_AGO


async def test_both_have_one_list_however_often_it_is_interrupted(
    desk, store, database, ada, slack_ada, link, in_slack, monkeypatch
):
    for by in (slack_ada, (await desk.people.account(ada.id)).acting(Via.REST)):
        filed = await desk.open_ticket(NEW, by=by)
        await many(database, filed.ticket, 200)
    numbers = {row["number"] async for row in database["tickets"].find()}
    monkeypatch.setattr(rewriting, "PORTION", 30)
    portion, left = rewriting.Rewriting._portion, []

    async def breaking(self, *which):
        if not left:
            raise Unavailable
        left.pop()
        return await portion(self, *which)

    monkeypatch.setattr(rewriting.Rewriting, "_portion", breaking)
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


@pytest.mark.parametrize("which", ["Slack user", "account"])
async def test_who_links_while_they_are_erased_is_erased_as_both(
    desk, store, people, database, ada, slack_ada, link, clock, which
):
    for by in (slack_ada, (await people.account(ada.id)).acting(Via.REST)):
        await desk.open_ticket(NewTicket(title="marzipan"), by=by)
    erasing = Erasing(
        store.erasures, store.accounts, people.administration, clock, staff={}, patience=0
    )
    id = slack_ada.id if which == "Slack user" else ada.id

    erasure = await erasing.found(await people.administration.account(id))
    assert (await link(ada)).status == 200
    with pytest.raises(WrongState, match="run this again"):
        await erasing.erase(erasure)
    assert await database["tickets"].count_documents({"title": "marzipan"}) == 2

    await erasing.erase(await erasing.found(await people.administration.account(id)))

    for name in ("tickets", "accounts"):
        rows = await database[name].find().to_list()
        for word in ("marzipan", "ada", "U0ADA"):
            assert re.findall(rf"\b{word}\b", str(rows), re.IGNORECASE) == [], (name, word)
