"""Registering, signing in, and what a role is worth."""

import asyncio
import json
from dataclasses import replace
from io import BytesIO

import pytest

from core.desk.people.people import People
from core.errors import InvalidInput
from core.people import passwords as hashing
from core.people.accounts import Registration, Role

NEW = {"name": "Ada", "email": "ada@example.com", "password": "123456"}
STAFFS = "twelve-and-more"


def code(answer):
    return answer.body["error"]["code"]


async def register(caller, **fields):
    return await caller.post("/api/auth/register", NEW | fields)


async def login(caller, **fields):
    given = {"email": NEW["email"], "password": NEW["password"]} | fields
    return await caller.post("/api/auth/login", given)


async def signed_in(caller, **fields):
    token = (await login(caller, **fields)).body["token"]
    return replace(caller, headers={"Authorization": f"Bearer {token}"})


async def test_a_registered_user_signs_in_and_is_who_they_said(stranger):
    registered = await register(stranger)

    me = await (await signed_in(stranger)).get("/api/auth/me")

    assert registered.status == 201
    assert registered.body["user"] == {
        "_id": me.body["_id"],
        "name": "Ada",
        "email": "ada@example.com",
    }
    assert me.body == registered.body["user"] | {"role": "user"}


async def test_a_token_is_not_kept_by_caches(stranger):
    await register(stranger)

    answer = await login(stranger)

    assert answer.headers["Cache-Control"] == "no-store"


@pytest.fixture
def real_hashes(quick_hashes, monkeypatch):
    monkeypatch.setattr(hashing, "_HASHER", quick_hashes)


@pytest.mark.usefixtures("real_hashes")
async def test_a_password_is_kept_as_argon2id_only(stranger, database):
    await register(stranger)

    account = await database["accounts"].find_one()

    assert account["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "123456" not in str(account)


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.COM"])
async def test_an_address_has_one_account_in_whatever_case_it_is_written(stranger, email):
    await register(stranger)

    again = await register(stranger, email=email, name="Somebody else")

    assert (again.status, code(again)) == (409, "EMAIL_EXISTS")


async def test_of_two_who_register_one_address_at_once_one_gets_it(stranger, database):
    # Case 10.
    answers = await asyncio.gather(register(stranger), register(stranger, email="Ada@example.com"))

    assert sorted(answer.status for answer in answers) == [201, 409]
    assert await database["accounts"].count_documents({}) == 1


async def test_people_sign_in_with_their_address_in_any_case(stranger):
    await register(stranger)

    answer = await login(stranger, email="ADA@EXAMPLE.COM")

    assert answer.status == 200


async def test_a_wrong_password_and_an_unknown_address_are_told_in_the_same_words(stranger):
    await register(stranger)

    wrong = await login(stranger, password="1234567")
    unknown = await login(stranger, email="nobody@example.com")

    assert (wrong.status, code(wrong)) == (401, "INVALID_CREDENTIALS")
    assert wrong.headers["WWW-Authenticate"] == "Bearer"
    assert (unknown.status, unknown.body) == (wrong.status, wrong.body)


async def test_an_account_without_a_password_cannot_be_signed_in_to(stranger, database):
    await database["accounts"].insert_one(
        {"name": "Ada", "role": "user", "email": NEW["email"], "email_folded": NEW["email"]}
    )

    answer = await login(stranger)

    assert (answer.status, code(answer)) == (401, "INVALID_CREDENTIALS")


@pytest.mark.parametrize(
    "given",
    [
        {"email": {"$ne": None}},
        {"password": {"$ne": None}},
        {"email": ["ada@example.com"]},
        {"email": None},
        {"email": "a\0da@example.com"},
        {"password": 123456},
        {"password": ""},
        {"role": "admin"},
        {"$where": "1"},
    ],
    ids=str,
)
async def test_signing_in_takes_two_texts_and_nothing_else(stranger, given):
    # Case 11.
    await register(stranger)

    answer = await login(stranger, **given)

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["field"] == next(iter(given))


@pytest.mark.parametrize("role", ["admin", "agent"])
@pytest.mark.parametrize("by", ["a stranger", "a user", "an agent"])
async def test_only_an_admin_makes_agents_and_admins(stranger, ben, olga, database, by, role):
    # Case 9.
    caller = {"a stranger": stranger, "a user": ben, "an agent": olga}[by]

    answer = await register(caller, role=role, password=STAFFS)

    assert (answer.status, code(answer)) == (403, "FORBIDDEN")
    assert await database["accounts"].count_documents({"email": NEW["email"]}) == 0


@pytest.mark.parametrize("role", ["user", "agent", "admin"])
async def test_an_admin_makes_accounts_of_every_role(stranger, amir, role):
    made = await register(amir, role=role, password=STAFFS)

    me = await (await signed_in(stranger, password=STAFFS)).get("/api/auth/me")

    assert made.status == 201
    assert me.body["role"] == role


@pytest.mark.parametrize(
    "role", ["Admin ", "ADMIN", "root", "", ["admin"], {"$ne": 1}, None, True, 1], ids=str
)
async def test_a_role_that_is_none_makes_no_account(stranger, database, role):
    # Case 9.
    answer = await register(stranger, role=role)

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["field"] == "role"
    assert await database["accounts"].count_documents({}) == 0


async def test_a_bad_token_is_not_overlooked_where_none_is_needed(stranger):
    answer = await stranger.post(
        "/api/auth/register", NEW, headers={"Authorization": "Bearer nonsense"}
    )

    assert (answer.status, code(answer)) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize(
    ("password", "status"),
    [
        ("12345", 400),
        ("123456", 201),
        ("x" * 128, 201),
        ("\U0001f511" * 128, 201),
        ("x" * 129, 400),
        ("123\x00456", 400),
        (" 123456 ", 201),
    ],
    ids=["short", "6", "128", "128 emoji", "129", "NUL", "spaces"],
)
async def test_how_long_a_password_may_be(stranger, password, status):
    # Case 14.
    answer = await register(stranger, password=password)

    assert answer.status == status
    if status == 400:
        assert answer.body["error"]["field"] == "password"


async def test_a_password_of_a_megabyte_is_turned_away_unread(stranger):
    # Case 14.
    body = BytesIO(json.dumps(NEW | {"password": "x" * 1024 * 1024}).encode())

    answer = await stranger.send(
        "POST", "/api/auth/register", data=body, headers={"Content-Type": "application/json"}
    )

    assert (answer.status, code(answer)) == (413, "PAYLOAD_TOO_LARGE")


async def test_the_whole_of_a_long_password_counts(stranger):
    await register(stranger, password="x" * 128)

    answer = await login(stranger, password="x" * 127 + "y")

    assert answer.status == 401


@pytest.mark.parametrize("role", ["agent", "admin"])
async def test_staff_need_twelve_characters(amir, role):
    answer = await register(amir, role=role, password="elevenchars")

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert "12" in answer.body["error"]["message"]


async def test_whom_the_settings_make_staff_needs_them_too(store, passwords):
    people = People(store.accounts, passwords, staff={"U0AL": Role.AGENT}, min_password=6)
    new = Registration(**NEW)

    with pytest.raises(InvalidInput, match="at least 12"):
        await people.add(new, slack_id="U0AL")
    account = await people.add(new.model_copy(update={"password": STAFFS}), slack_id="U0AL")
    with pytest.raises(InvalidInput, match="at least 12"):
        await people.set_password(account, NEW["password"], field="password")


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "@",
        "ada@",
        "@example.com",
        "a b@example.com",
        "a@b@c",
        "a\n@b",
        "x" * 251 + "@b.c",
    ],
)
async def test_an_address_must_look_like_one(stranger, email):
    answer = await register(stranger, email=email)

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["field"] == "email"


@pytest.mark.parametrize("name", ["", "   ", "A\nB", "A\0B", "x" * 101])
async def test_a_name_must_be_a_line_of_text(stranger, name):
    answer = await register(stranger, name=name)

    assert (answer.status, code(answer)) == (400, "VALIDATION_ERROR")
    assert answer.body["error"]["field"] == "name"


async def test_a_demoted_agent_has_a_users_rights_with_the_token_of_before(olga, ben, database):
    # Case 17.
    ticket = await ben.file()
    await database["accounts"].update_one({"email": olga.email}, {"$set": {"role": "user"}})

    seen = await olga.get(f"/api/tickets/{ticket['_id']}")

    assert (seen.status, code(seen)) == (404, "TICKET_NOT_FOUND")


async def test_a_promoted_user_has_an_agents_rights_with_the_token_of_before(ada, ben, database):
    # Case 17.
    ticket = await ben.file()
    await database["accounts"].update_one({"email": ada.email}, {"$set": {"role": "agent"}})

    seen = await ada.get(f"/api/tickets/{ticket['_id']}")

    assert seen.status == 200


async def test_the_token_of_a_deleted_account_is_worth_nothing(ada, database):
    # Case 17.
    await database["accounts"].delete_one({"email": ada.email})

    answer = await ada.get("/api/auth/me")

    assert (answer.status, code(answer)) == (401, "INVALID_TOKEN")


async def test_who_was_deleted_just_now_is_nobody_from_then_on(ada, database):
    before = await ada.get("/api/auth/me")
    await database["accounts"].delete_one({"email": ada.email})

    answers = [await ada.get("/api/auth/me"), await ada.get("/api/tickets")]

    assert before.status == 200
    assert [(answer.status, code(answer)) for answer in answers] == [(401, "INVALID_TOKEN")] * 2
