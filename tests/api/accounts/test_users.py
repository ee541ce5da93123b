"""What admins see and change of accounts, and how sign-ins end."""

import asyncio
from dataclasses import replace

import pytest
from bson import ObjectId

from core.desk.people.people import People
from core.people.accounts import Role
from tests.support.answers import code


async def login(caller, password="correct-horse"):
    return await caller.post("/api/auth/login", {"email": caller.email, "password": password})


def with_token(caller, answer):
    return replace(caller, headers={"Authorization": f"Bearer {answer.body['token']}"})


async def test_signing_out_ends_every_sign_in_until_now(ada):
    elsewhere = with_token(ada, await login(ada))

    assert (await ada.post("/api/auth/logout")).status == 204

    for one in (ada, elsewhere):
        answer = await one.get("/api/auth/me")
        assert (answer.status, code(answer)) == (401, "INVALID_TOKEN")
    assert (await with_token(ada, await login(ada)).get("/api/auth/me")).status == 200


async def test_programs_go_on_when_their_person_signs_out(ada):
    made = await ada.post("/api/tokens", {"name": "nightly", "scope": "read"})

    await ada.post("/api/auth/logout")

    assert (await with_token(ada, made).get("/api/auth/me")).status == 200


async def test_a_new_password_ends_every_other_sign_in(ada):
    elsewhere = with_token(ada, await login(ada))
    given = {"current": "correct-horse", "new": "battery-staple"}

    answer = await ada.post("/api/auth/password", given)

    assert answer.status == 200
    assert (await with_token(ada, answer).get("/api/auth/me")).status == 200
    assert (await elsewhere.get("/api/auth/me")).status == 401
    assert (await login(ada)).status == 401
    assert (await login(ada, "battery-staple")).status == 200


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"current": "wrong", "new": "battery-staple"}, 401, "current password is wrong"),
        ({"current": "correct-horse", "new": "12345"}, 400, "6"),
        ({"current": "correct-horse"}, 400, "new"),
    ],
)
async def test_a_wrong_change_of_password_changes_nothing(ada, given, status, said):
    answer = await ada.post("/api/auth/password", given)

    assert answer.status == status
    assert said in answer.body["error"]["message"].lower()
    assert (await login(ada)).status == 200
    assert (await ada.get("/api/auth/me")).status == 200


async def test_agents_need_long_passwords_when_they_change_them_too(olga):
    given = {"current": "correct-horse", "new": "123456"}

    answer = await olga.post("/api/auth/password", given)

    assert (answer.status, answer.body["error"]["field"]) == (400, "new")
    assert "12 characters" in answer.body["error"]["message"]


async def test_an_admin_lists_everybody_by_page(ada, ben, olga, amir):
    seen, cursor = [], None
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        page = (await amir.get("/api/users", params=query)).body
        seen += [user["name"] for user in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break

    assert seen == ["Ada", "Ben", "Olga", "Amir"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "AD"}, ["Ada"]),
        ({"q": "ben@example"}, ["Ben"]),
        ({"q": ".*"}, []),
        ({"role": "agent"}, ["Olga"]),
        ({"role": "user", "q": "a"}, ["Ada", "Ben"]),
    ],
)
async def test_an_admin_finds_people(ada, ben, olga, amir, query, names):
    answer = await amir.get("/api/users", params=query)

    assert [user["name"] for user in answer.body["items"]] == names


@pytest.fixture
async def raised(amir, desk, store, passwords, serve):
    """Amir at a desk whose settings make Una and Otto, who are users, an agent and an admin."""
    staff = {"U0UNA": Role.AGENT, "U0OTTO": Role.ADMIN, "U0NOBODY": Role.ADMIN}
    for name, id in (("Una", "U0UNA"), ("Otto", "U0OTTO"), ("Ulf", "U0ULF")):
        await store.accounts.of_slack_user(id, name=name)
    people = People(store.accounts, passwords, staff=staff, min_password=6)
    return replace(amir, url=await serve(replace(desk, people=people)))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, "Amir admin, Olga agent, Otto admin, Ulf user, Una agent"),
        ({"role": "user"}, "Ulf user"),
        ({"role": "agent"}, "Olga agent, Una agent"),
        ({"role": "admin"}, "Amir admin, Otto admin"),
        ({"role": "agent", "q": "una"}, "Una agent"),
    ],
)
async def test_the_role_that_is_shown_and_asked_for_is_the_one_that_holds(
    olga, raised, query, shown
):
    page = (await raised.get("/api/users", params=query)).body

    # Those of one second have no order.
    found = sorted(f"{user['name']} {user['role']}" for user in page["items"])
    assert ", ".join(found) == shown
    assert page["next_cursor"] is None


async def test_pages_of_a_role_leave_out_nobody(olga, raised):
    first = (await raised.get("/api/users", params={"role": "admin", "limit": 1})).body
    query = {"role": "admin", "limit": 1, "cursor": first["next_cursor"]}
    second = (await raised.get("/api/users", params=query)).body

    names = sorted(user["name"] for user in first["items"] + second["items"])
    assert names == ["Amir", "Otto"]
    assert second["next_cursor"] is None


async def test_one_account_is_shown_with_the_role_that_holds(raised):
    [una] = (await raised.get("/api/users", params={"q": "una"})).body["items"]

    changed = await raised.patch(f"/api/users/{una['_id']}", {"name": "Una L."})

    assert (changed.body["name"], changed.body["role"]) == ("Una L.", "agent")
    assert (await raised.get(f"/api/users/{una['_id']}")).body == changed.body


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"limit": 0}, {"q": ""}, {"role": "boss"}])
async def test_a_wrong_question_is_told_by_its_field(amir, query):
    answer = await amir.get("/api/users", params=query)

    assert (answer.status, [answer.body["error"]["field"]]) == (400, [*query])


async def test_nobody_else_sees_or_changes_them(ada, olga):
    for caller in (ada, olga):
        for method, path in (
            ("GET", "/api/users"),
            ("GET", f"/api/users/{ada.id}"),
            ("PATCH", f"/api/users/{ada.id}"),
        ):
            body = {"role": "admin"} if method == "PATCH" else None
            answer = await caller.send(method, path, json=body)
            assert (answer.status, code(answer)) == (403, "FORBIDDEN")


async def test_a_role_and_a_name_count_at_once(ada, amir):
    changed = await amir.patch(f"/api/users/{ada.id}", {"role": "agent", "name": "Ada L."})

    assert (changed.status, changed.body["role"], changed.body["name"]) == (200, "agent", "Ada L.")
    assert (await ada.get("/api/auth/me")).body["role"] == "agent"
    assert (await amir.get(f"/api/users/{ada.id}")).body == changed.body


@pytest.mark.parametrize("role", ["agent", "admin"])
async def test_who_becomes_staff_has_a_password_long_enough_for_that(stranger, amir, role):
    new = {"name": "Eve", "email": "eve@example.com", "password": "elevenchars"}
    id = (await stranger.post("/api/auth/register", new)).body["user"]["_id"]
    eve = replace(stranger, email=new["email"])

    refused = await amir.patch(f"/api/users/{id}", {"role": role})
    signed_in = with_token(eve, await login(eve, "elevenchars"))
    given = {"current": "elevenchars", "new": "battery-staple"}
    assert (await signed_in.post("/api/auth/password", given)).status == 200
    changed = await amir.patch(f"/api/users/{id}", {"role": role})

    assert (refused.status, code(refused)) == (409, "WRONG_STATE")
    assert "at least 12 characters, and that of Eve is shorter" in refused.body["error"]["message"]
    assert (changed.status, changed.body["role"]) == (200, role)


async def test_a_disabled_account_is_out_and_comes_back(ada, amir):
    token = await ada.post("/api/tokens", {"name": "nightly", "scope": "read"})

    assert (await amir.patch(f"/api/users/{ada.id}", {"disabled": True})).body["disabled"] is True

    assert (await ada.get("/api/tickets")).status == 401
    assert (await with_token(ada, token).get("/api/tickets")).status == 401
    refused = await login(ada)
    assert (refused.status, code(refused)) == (403, "FORBIDDEN")
    assert "admin" in refused.body["error"]["message"]
    assert (await login(ada, "wrong")).status == 401
    await amir.patch(f"/api/users/{ada.id}", {"disabled": False})
    assert (await ada.get("/api/tickets")).status == 200


async def test_nothing_is_assigned_to_whoever_is_disabled(ada, olga, amir):
    await ada.file()
    await amir.patch(f"/api/users/{olga.id}", {"disabled": True})

    answer = await amir.patch("/api/tickets/1", {"assignee": olga.id})

    assert (answer.status, answer.body["error"]["field"]) == (400, "assignee")


@pytest.mark.parametrize("change", [{"role": "user"}, {"disabled": True}])
async def test_the_last_admin_stays(amir, change):
    answer = await amir.patch(f"/api/users/{amir.id}", change)

    assert (answer.status, code(answer)) == (409, "WRONG_STATE")
    assert (await amir.get("/api/users")).status == 200


async def test_two_admins_cannot_take_it_from_each_other(amir, caller, database):
    for _ in range(10):
        other = await caller(f"Zoe{ObjectId()}", Role.ADMIN)
        await asyncio.gather(
            amir.patch(f"/api/users/{other.id}", {"role": "user"}),
            other.patch(f"/api/users/{amir.id}", {"role": "user"}),
        )
        assert await database["accounts"].count_documents({"role": "admin"}) >= 1
        await database["accounts"].update_many({}, {"$set": {"role": "user"}})
        await database["accounts"].update_one(
            {"_id": ObjectId(amir.id)}, {"$set": {"role": "admin"}, "$currentDate": {"x": True}}
        )


async def test_who_is_not_there_is_not_found(amir):
    for id in ("0" * 24, "ada"):
        answer = await amir.get(f"/api/users/{id}")
        assert (answer.status, code(answer)) == (404, "ACCOUNT_NOT_FOUND")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "The body must name at least one field to change."),
        ({"role": None}, "The role must be user, agent or admin."),
        ({"name": None}, "The name must be text."),
        ({"disabled": None}, "“disabled” must be true or false."),
    ],
)
async def test_what_names_no_change_is_refused_as_at_a_ticket(amir, ada, body, said):
    answer = await amir.patch(f"/api/users/{ada.id}", body)

    assert (answer.status, answer.body["error"]["message"]) == (400, said)


async def test_what_is_refused_about_the_last_admin_changes_nothing(amir, database):
    which = {"_id": ObjectId(amir.id)}
    before = await database["accounts"].find_one(which)

    answer = await amir.patch(f"/api/users/{amir.id}", {"role": "user", "name": "Somebody"})

    assert answer.status == 409
    assert await database["accounts"].find_one(which) == before


async def test_a_name_from_an_admin_is_read_in_tickets(ada, amir, store):
    await ada.file()

    await amir.patch(f"/api/users/{ada.id}", {"name": "Ada L."})
    await store.accounts.names.refresh()

    assert (await ada.get("/api/tickets/1")).body["requester"]["name"] == "Ada L."


async def test_nobody_is_offered_who_is_disabled(olga, amir, people):
    assert olga.id in {one.id for one in await people.staff()}

    await amir.patch(f"/api/users/{olga.id}", {"disabled": True})

    assert olga.id not in {one.id for one in await people.staff()}
