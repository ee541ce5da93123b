"""Which passwords are taken, by whom, and how they are kept."""

import json
from io import BytesIO

import pytest

from core.desk.people.people import People
from core.errors import InvalidInput
from core.people import passwords as hashing
from core.people.accounts import Registration, Role
from tests.api.accounts.conftest import NEW, STAFFS, login, register
from tests.support.answers import code


@pytest.fixture
def real_hashes(quick_hashes, monkeypatch):
    monkeypatch.setattr(hashing, "_HASHER", quick_hashes)


@pytest.mark.usefixtures("real_hashes")
async def test_a_password_is_kept_as_argon2id_only(stranger, database):
    await register(stranger)

    account = await database["accounts"].find_one()

    assert account["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "123456" not in str(account)


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


async def test_where_all_need_more_staff_does_too(store, passwords):
    people = People(store.accounts, passwords, staff={}, min_password=20)
    agent = Registration(**NEW | {"password": STAFFS, "role": Role.AGENT})

    with pytest.raises(InvalidInput, match="at least 20"):
        await people.add(agent)


async def test_whom_the_settings_make_staff_needs_them_too(store, passwords):
    people = People(store.accounts, passwords, staff={"U0AL": Role.AGENT}, min_password=6)
    new = Registration(**NEW)

    with pytest.raises(InvalidInput, match="at least 12"):
        await people.add(new, slack_id="U0AL")
    account = await people.add(new.model_copy(update={"password": STAFFS}), slack_id="U0AL")
    with pytest.raises(InvalidInput, match="at least 12"):
        await people.set_password(account, NEW["password"], field="password")
