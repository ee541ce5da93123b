"""Tokens of programs: shown once, with a scope, and gone when they are revoked."""

from datetime import UTC, datetime, timedelta

import pytest
from bson import ObjectId

from core.people.accounts import Role
from tests.api.accounts.conftest import program
from tests.support.answers import code

HOURS = timedelta(hours=1)


async def test_a_program_acts_as_its_account_and_the_timeline_names_its_token(ada, make):
    token = await make(ada)

    ticket = await program(ada, token).file("Disk full")

    assert ticket["requester"]["_id"] == ada.id
    [entry] = (await ada.get(f"/api/tickets/{ticket['_id']}/timeline")).body["items"]
    assert (entry["what"], entry["token"]) == ("created", "nightly")
    assert [one["_id"] for one in (await ada.get("/api/tickets")).body["items"]] == [ticket["_id"]]


async def test_all_that_a_program_does_is_in_the_timeline_by_its_token(olga, make, database):
    bot = program(olga, await make(olga, name="router"))
    await bot.file()

    await bot.patch("/api/tickets/1", {"status": "in_progress"})
    await bot.post("/api/tickets/1/comments", {"message": "Looking"})
    await bot.post("/api/tickets/1/acknowledge")

    entries = (await database["tickets"].find_one({}))["timeline"]
    assert {entry.get("token") for entry in entries} == {"router"}
    await olga.patch("/api/tickets/1", {"title": "By herself"})
    assert "token" not in (await database["tickets"].find_one({}))["timeline"][-1]


async def test_it_is_shown_once_and_kept_as_a_hash(ada, make, database):
    token = await make(ada)

    [listed] = (await ada.get("/api/tokens")).body["items"]

    assert "token" not in listed
    assert listed == {name: token[name] for name in listed}
    secret = token["token"].removeprefix(f"hdk_{token['_id']}_")
    kept = await database["api_tokens"].find_one({})
    assert secret not in repr(kept)
    assert len(kept["digest"]) == 32


async def test_a_token_that_only_reads_is_refused_whatever_writes(ada, make):
    await ada.file()
    reader = program(ada, await make(ada, scope="read"))

    assert (await reader.get("/api/tickets/1")).status == 200
    for method, path, body in (
        ("POST", "/api/tickets", {"title": "x"}),
        ("PATCH", "/api/tickets/1", {"title": "x"}),
        ("POST", "/api/tickets/1/comments", {"message": "x"}),
        ("POST", "/api/auth/register", {"name": "B", "email": "b@x.de", "password": "123456"}),
    ):
        answer = await reader.send(method, path, json=body)
        assert (answer.status, code(answer)) == (403, "FORBIDDEN")
        assert "write" in answer.body["error"]["message"]
    assert (await ada.get("/api/tickets/1")).body["title"] == "Server down"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/tokens", {"name": "another", "scope": "write"}),
        ("DELETE", f"/api/tokens/{'0' * 24}", None),
        ("POST", "/api/auth/logout", None),
        ("POST", "/api/auth/password", {"current": "correct-horse", "new": "123456"}),
    ],
)
async def test_a_program_gives_itself_no_other_way_in(ada, make, method, path, body):
    answer = await program(ada, await make(ada)).send(method, path, json=body)

    assert (answer.status, code(answer)) == (403, "FORBIDDEN")
    assert "Sign in" in answer.body["error"]["message"]
    assert (await ada.get("/api/auth/me")).status == 200


@pytest.mark.parametrize("wrong", ["never ours", "another's secret", "of nobody", "no secret"])
async def test_what_is_no_token_of_ours_is_refused(ada, ben, make, wrong):
    token, other = await make(ada), await make(ben)
    secret = other["token"].rpartition(f"{other['_id']}_")[2]
    said = {
        "never ours": f"hdk_{token['_id']}_{'x' * 43}",
        "another's secret": f"hdk_{token['_id']}_{secret}",
        "of nobody": f"hdk_{ObjectId()}_{secret}",
        "no secret": f"hdk_{token['_id']}",
    }[wrong]

    answer = await program(ada, {"token": said}).get("/api/auth/me")

    assert (answer.status, code(answer)) == (401, "INVALID_TOKEN")


async def test_a_token_in_the_address_is_none(stranger, ada, make):
    token = (await make(ada))["token"]

    answer = await stranger.get("/api/auth/me", params={"access_token": token})

    assert (answer.status, code(answer)) == (401, "AUTH_REQUIRED")


async def test_of_two_tokens_none_is_taken(ada, ben, stranger):
    both = [*ada.headers.items(), *ben.headers.items()]

    for twice in (both, [*ada.headers.items()] * 2):
        answer = await stranger.get("/api/auth/me", headers=twice)

        assert (answer.status, code(answer)) == (401, "INVALID_TOKEN")
        assert answer.body["error"]["message"].startswith("Two tokens")


async def test_an_expired_one_is_refused(ada, make, database):
    token = await make(ada, expires_in_days=1)
    expires = datetime.fromisoformat(token["expires_at"])
    assert timedelta(hours=23) < expires - datetime.now(UTC) <= timedelta(days=1)
    await database["api_tokens"].update_one({}, {"$set": {"expires_at": expires - 25 * HOURS}})

    answer = await program(ada, token).get("/api/auth/me")

    assert (answer.status, code(answer)) == (401, "INVALID_TOKEN")


async def test_a_revoked_one_is_refused_at_once(ada, make):
    token = await make(ada)
    assert (await program(ada, token).get("/api/auth/me")).status == 200

    assert (await ada.send("DELETE", f"/api/tokens/{token['_id']}")).status == 204

    assert (await program(ada, token).get("/api/auth/me")).status == 401
    assert (await ada.get("/api/tokens")).body["items"] == []
    again = await ada.send("DELETE", f"/api/tokens/{token['_id']}")
    assert (again.status, code(again)) == (404, "TOKEN_NOT_FOUND")


async def test_when_it_was_used_is_kept_by_the_minute(ada, make, database):
    bot = program(ada, await make(ada))
    assert (await ada.get("/api/tokens")).body["items"][0]["last_used_at"] is None

    await bot.get("/api/auth/me")
    [first] = (await ada.get("/api/tokens")).body["items"]
    await bot.get("/api/auth/me")
    [second] = (await ada.get("/api/tokens")).body["items"]

    assert first["last_used_at"] == second["last_used_at"] is not None


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"scope": "read"}, "name"),
        ({"name": "", "scope": "read"}, "name"),
        ({"name": "two\nlines", "scope": "read"}, "name"),
        ({"name": "x"}, "scope"),
        ({"name": "x", "scope": "all"}, "scope"),
        ({"name": "x", "scope": "read", "expires_in_days": 0}, "expires_in_days"),
        ({"name": "x", "scope": "read", "expires_in_days": 367}, "expires_in_days"),
        ({"name": "x", "scope": "read", "expires_in_days": "90"}, "expires_in_days"),
        ({"name": "x", "scope": "read", "expires_in_days": 90.5}, "expires_in_days"),
    ],
)
async def test_a_wrong_wish_is_told_by_its_field(ada, given, field):
    answer = await ada.post("/api/tokens", given)

    assert (answer.status, answer.body["error"]["field"]) == (400, field)


async def test_a_whole_number_may_be_written_with_a_point(ada, make):
    assert (await make(ada, expires_in_days=90.0))["expires_at"] is not None


async def test_two_of_one_name_could_not_be_told_apart(ada, make):
    await make(ada)

    answer = await ada.post("/api/tokens", {"name": "nightly", "scope": "read"})

    assert (answer.status, code(answer)) == (409, "WRONG_STATE")
    assert "nightly" in answer.body["error"]["message"]


async def test_those_of_others_are_for_admins(ada, ben, amir, make):
    token = await make(ada)
    path = f"/api/tokens/{token['_id']}?account={ada.id}"

    assert (await ben.get(f"/api/tokens?account={ada.id}")).status == 403
    assert (await ben.send("DELETE", path)).status == 403
    assert (await ben.send("DELETE", f"/api/tokens/{token['_id']}")).status == 404
    [seen] = (await amir.get(f"/api/tokens?account={ada.id}")).body["items"]
    assert seen["_id"] == token["_id"]
    assert (await amir.send("DELETE", path)).status == 204


async def test_a_bots_token_is_answered_as_a_bot(ada, make, people, database):
    await database["accounts"].update_one({"_id": ObjectId(ada.id)}, {"$set": {"bot": True}})
    people.remembered.forget(ada.id)
    bot = program(ada, await make(ada))
    await database["accounts"].update_one({"_id": ObjectId(ada.id)}, {"$set": {"role": Role.AGENT}})
    people.remembered.forget(ada.id)
    await bot.file()

    answer = await bot.post("/api/tickets/1/comments", {"message": "Received."})

    assert answer.body["ticket"]["first_responded_at"] is None


async def test_what_others_call_their_tokens_is_told_to_agents_alone(ada, olga, amir, make):
    await program(ada, await make(ada, name="mine")).file()
    bot = program(olga, await make(olga, name="pager of the night shift"))
    await bot.patch("/api/tickets/1", {"status": "in_progress"})

    seen = {}
    for who in (ada, amir):
        entries = (await who.get("/api/tickets/1/timeline")).body["items"]
        seen[who.id] = [entry["token"] for entry in entries]

    assert seen == {ada.id: ["mine", None], amir.id: ["mine", "pager of the night shift"]}


async def test_a_token_that_is_found_makes_nobody_an_admin(amir, ada, make):
    bot = program(amir, await make(amir))
    new = {"name": "Eve", "email": "eve@example.com", "password": "correct-horse", "role": "admin"}

    for answer in (
        await bot.post("/api/auth/register", new),
        await bot.patch(f"/api/users/{ada.id}", {"role": "admin"}),
    ):
        assert (answer.status, code(answer)) == (403, "FORBIDDEN")
        assert "Sign in" in answer.body["error"]["message"]
    assert (await bot.get("/api/users")).status == 200
