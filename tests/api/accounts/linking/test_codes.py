"""Codes by which somebody shows that both are them: how long one is good, and for whom."""

import asyncio
from dataclasses import replace

import pytest
from bson import ObjectId

from core.errors import WrongState
from core.people.accounts import Role
from core.people.api_tokens import NewApiToken, Scope
from core.people.link_codes import SIGNS


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
