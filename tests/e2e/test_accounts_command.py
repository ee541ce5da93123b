"""`helpdesk user` and `helpdesk token`."""

import pytest

PASSWORD = "correct-horse-battery"


@pytest.fixture
def amir(helpdesk):
    made = helpdesk(
        *("user", "add", "--email", "amir@example.com", "--name", "Amir", "--role", "admin"),
        said=f"{PASSWORD}\n",
    )
    assert made.returncode == 0, made.stderr
    return "amir@example.com"


async def me(stranger, token):
    stranger.headers = {"Authorization": f"Bearer {token}"}
    return (await stranger.get("/api/auth/me")).status


async def test_a_token_from_the_command_line_is_good_until_it_is_revoked(helpdesk, amir, stranger):
    token = helpdesk("token", "new", amir, "nightly export", "--read").stdout.strip()

    assert await me(stranger, token) == 200
    listed = helpdesk("token", "list", amir).stdout
    assert listed.startswith("nightly export  read  without end  last used 20")
    assert token.rpartition("_")[2] not in listed

    revoked = helpdesk("token", "revoke", amir, "nightly export")

    assert revoked.stdout == "“nightly export” of Amir is revoked.\n"
    assert helpdesk("token", "list", amir).stdout == ""
    again = helpdesk("token", "revoke", amir, "nightly export")
    assert (again.returncode, again.stderr) == (1, "There is no token named “nightly export”.\n")


def test_a_name_is_typed_as_in_slack(helpdesk, amir):
    for words in (("wall", "board", "READ"), ("“build server”",), ("read",), ("to read", "read")):
        assert helpdesk("token", "new", amir, *words).stdout.startswith("hdk_")

    listed = [line.split("  ")[:2] for line in helpdesk("token", "list", amir).stdout.splitlines()]
    # In the order in which they came, as far as ids of one second have one.
    assert sorted(listed) == [
        ["build server", "write"],
        ["read", "write"],
        ["to read", "read"],
        ["wall board", "read"],
    ]
    again = helpdesk("token", "new", amir, "wall", "board")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("There is a token named “wall board” already.")
    revoked = helpdesk("token", "revoke", amir, "wall", "board")
    assert revoked.stdout == "“wall board” of Amir is revoked.\n"


def test_a_token_needs_days_that_there_are(helpdesk, amir):
    made = helpdesk("token", "new", amir, "nightly", "--days", "400")

    assert (made.returncode, made.stdout) == (2, "")
    assert "366" in made.stderr


async def test_an_account_is_listed_changed_and_let_in_again(helpdesk, amir, stranger, store):
    assert helpdesk("user", "list").stdout == "amir@example.com  admin  Amir\n"
    refused = helpdesk("user", "role", amir, "user")
    assert (refused.returncode, "last admin" in refused.stderr) == (1, True)
    helpdesk(
        *("user", "add", "--email", "zoe@example.com", "--name", "Zoe", "--role", "agent"),
        said=f"{PASSWORD}\n",
    )

    assert helpdesk("user", "role", "zoe@example.com", "admin").stdout == (
        "Zoe <zoe@example.com> is an admin now.\n"
    )
    assert helpdesk("user", "disable", amir).stdout == "Amir <amir@example.com> is disabled.\n"
    assert "disabled" in helpdesk("user", "list").stdout
    login = {"email": amir, "password": PASSWORD}
    assert (await stranger.post("/api/auth/login", login)).status == 403
    helpdesk("user", "enable", amir)
    assert (await stranger.post("/api/auth/login", login)).status == 200


async def test_the_role_is_shown_that_holds_also_by_the_settings(helpdesk, amir, store):
    for id, name in (("U0OLGA", "Olga"), ("U0BEN", "Ben")):
        await store.accounts.of_slack_user(id, name=name)
    settings = {"HELPDESK_AGENTS": "U0OLGA", "HELPDESK_ADMINS": "U0AMIR"}

    # In the order in which they came, as far as ids of one second have one.
    assert sorted(helpdesk("user", "list", **settings).stdout.splitlines()) == [
        "U0BEN  user  Ben",
        "U0OLGA  agent  Olga",
        "amir@example.com  admin  Amir",
    ]
    for role, more in (("user", ", but an agent by the settings"), ("admin", "")):
        said = helpdesk("user", "role", "U0OLGA", role, **settings).stdout
        assert said.startswith("Olga <U0OLGA> is a")
        assert said.endswith(f" {role} now{more}.\n")


async def test_a_new_password_ends_what_was_signed_in(helpdesk, amir, stranger):
    login = {"email": amir, "password": PASSWORD}
    token = (await stranger.post("/api/auth/login", login)).body["token"]

    said = helpdesk("user", "password", amir, said="battery-staple-horse\n")

    assert said.stdout == "Amir <amir@example.com> has a new password.\n"
    assert (await stranger.post("/api/auth/login", login)).status == 401
    login["password"] = "battery-staple-horse"
    assert (await stranger.post("/api/auth/login", login)).status == 200
    assert await me(stranger, token) == 401


def test_who_is_not_there_is_told(helpdesk):
    said = helpdesk("user", "disable", "nobody@example.com")

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == (
        "There is no account of “nobody@example.com”: helpdesk user list shows them all.\n"
    )


async def test_a_slack_user_is_disabled_by_their_id(helpdesk, store):
    await store.accounts.of_slack_user("U0BEN", name="Ben")

    assert helpdesk("user", "disable", "U0BEN").stdout == "Ben <U0BEN> is disabled.\n"
    assert helpdesk("user", "list").stdout == "U0BEN  user  disabled  Ben\n"


async def test_an_account_and_a_slack_user_are_made_one(helpdesk, amir, stranger, store, database):
    for id, name in (("U0BEN", "Ben"), ("U0ZOE", "Zoe")):
        await store.accounts.of_slack_user(id, name=name)

    said = helpdesk("user", "link", amir, "U0BEN")

    assert (said.returncode, said.stdout) == (
        0,
        "Amir <amir@example.com> is U0BEN in Slack now: their tickets are one list.\n",
    )
    # In the order in which they came, as far as ids of two processes within a second have one.
    listed = helpdesk("user", "list").stdout.splitlines()
    assert sorted(listed) == ["U0ZOE  user  Zoe", "amir@example.com  U0BEN  admin  Amir"]
    row = await database["accounts"].find_one({"email": amir})
    assert (row["slack_id"], row["role"], "rewrite_at" in row) == ("U0BEN", "admin", True)
    # By either they are found.
    assert helpdesk("user", "role", "U0BEN", "agent").returncode == 1
    for who, slack_id, wrong in (
        (amir, "U0ZOE", "This account is that of U0BEN in Slack already."),
        ("U0ZOE", "U0BEN", "Only a person's account that has an e-mail address"),
        (amir, "nobody", "“nobody” is no Slack user's id such as U0123456789."),
        ("nobody@example.com", "U0ZOE", "There is no account of “nobody@example.com”"),
    ):
        refused = helpdesk("user", "link", who, slack_id)
        assert refused.returncode in (1, 2)
        assert (refused.stdout, wrong in refused.stderr) == ("", True), refused.stderr


def test_a_slack_user_whom_the_desk_has_never_seen_is_none_without_slacks_word(helpdesk, amir):
    refused = helpdesk("user", "link", amir, "U0NEW")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "The desk has not seen U0NEW yet, and Slack does not say whether that is somebody: have "
        "them type /ticket help, then run this again.\n"
    )
    assert helpdesk("user", "list").stdout == "amir@example.com  admin  Amir\n"
