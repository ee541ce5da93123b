"""Tokens for one's programs, by command: shown to whoever asked, once, and to nobody else."""

import asyncio
import re
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from core.people.api_tokens import NewApiToken, Scope
from tests.support.deliveries import nothing_is_owed


@pytest.fixture
def command(slack):
    async def said(line, *, by=None):
        return (await slack.command(line, by=by or slack.ada)).text

    return said


@pytest.fixture
def using(program):
    """What a program with this token is answered."""

    def caller(secret):
        return replace(program, headers={"Authorization": f"Bearer {secret}"})

    return caller


@pytest.fixture
async def slack_ada(people, slack):
    return await people.slack_user(slack.ada.id)


def secret_in(text):
    [secret] = re.findall(r"```(hdk_[^`]+)```", text)
    return secret


async def test_a_new_one_acts_as_whoever_made_it_until_it_is_revoked(command, using):
    made = await command("token new nightly export")
    ada = using(secret_in(made))
    filed = await ada.post("/api/tickets", {"title": "VPN is down"})

    assert made.startswith("“nightly export” may read and write as you, until you revoke it.")
    assert (filed.status, filed.body["requester"]["name"]) == (201, "ada")
    assert "“nightly export” may read and write; last used" in await command("token list")
    assert await command("token revoke “nightly export”") == (
        "“nightly export” is revoked: within five seconds it is good nowhere."
    )
    assert (await ada.get("/api/tickets")).status == 401
    assert (await command("token list")).startswith("You have no token.")


async def test_of_several_who_make_one_of_a_name_at_once_one_does(desk_url, command, database):
    said = await asyncio.gather(*[command("token create ci") for _ in range(5)])

    taken = "There is a token named “ci” already. Revoke it, or use another name."
    assert sum(one.startswith(taken) for one in said) == 4
    assert await database["api_tokens"].count_documents({}) == 1
    assert (await command("token remove ci")).startswith("“ci” is revoked")
    assert await database["api_tokens"].count_documents({}) == 0


@pytest.mark.parametrize("read", ["READ", "read-only", "readonly"])
async def test_one_that_is_only_to_read_reads_only(command, using, read):
    made = await command(f"token new “wall board” {read}")
    ada = using(secret_in(made))

    assert made.startswith("“wall board” may only read as you")
    assert (await ada.get("/api/tickets")).status == 200
    assert (await ada.post("/api/tickets", {"title": "VPN is down"})).status == 403
    assert (
        await command("token list")
        == "“wall board” may only read; "
        + re.search(r"last used .*", await command("token list"))[0]
    )


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ('"ci" of Ada', '"ci" of Ada'),
        ('"ci" of Ada', "“ci” of Ada"),
        ("Ada's", "Ada’s"),
        ("Ada's  'ci'", "“Ada's 'ci'”"),
        ("`", "`"),
    ],
)
async def test_one_that_has_quotes_in_its_name_is_revoked_by_it(
    people, database, slack_ada, desk_url, command, name, typed
):
    """As they are typed, or as a keyboard makes them."""
    for one in (name, "ci"):
        await people.tokens.make(slack_ada.id, NewApiToken(name=one, scope=Scope.READ))

    assert "is revoked" in await command(f"token revoke {typed}")

    assert [row["name"] async for row in database.api_tokens.find()] == ["ci"]


@pytest.mark.parametrize(
    ("typed", "said", "left"),
    [
        ('"ci"', '“"ci"” is revoked', ["'ci'", "ci"]),
        ("ci", "“ci” is revoked", ['"ci"', "'ci'"]),
        # What is typed in quotes need not have any.
        ("“ci”", "“ci” is revoked", ['"ci"', "'ci'"]),
    ],
)
async def test_of_several_that_differ_by_quotes_it_is_the_one_that_is_typed(
    people, database, slack_ada, desk_url, command, typed, said, left
):
    for name in ("ci", '"ci"', "'ci'"):
        await people.tokens.make(slack_ada.id, NewApiToken(name=name, scope=Scope.READ))

    assert (await command(f"token revoke {typed}")).startswith(said)

    assert sorted([row["name"] async for row in database.api_tokens.find()]) == left


async def test_where_it_may_be_several_none_is_revoked(
    people, database, slack_ada, desk_url, command
):
    for name in ('"ci"', "'ci'"):
        await people.tokens.make(slack_ada.id, NewApiToken(name=name, scope=Scope.READ))

    said = await command("token revoke “ci”")

    assert said.startswith(
        "There are 2 tokens whose names differ from “ci” by quotes alone. Revoke them over REST, "
        "by their ids."
    )

    assert await database.api_tokens.count_documents({}) == 2


async def test_others_neither_see_nor_revoke_it(slack, desk_url, command):
    await command("token new mine")

    assert (await command("token list", by=slack.amir)).startswith("You have no token.")
    refused = await command("token revoke mine", by=slack.amir)
    assert refused.startswith("There is no token named “mine”.")
    assert "“mine”" in await command("token list")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("token", "Try `/ticket token new nightly export`"),
        ("token list mine", "Try `/ticket token new nightly export`"),
        ("token new", "What is it for?"),
        ("token new “”", "What is it for?"),
        ("token revoke", "Which one?"),
        ("token revoke another", "There is no token named “another”."),
        ("token revoke “another”", "There is no token named “another”."),
        (f"token new {'x' * 101}", "100"),
        ("token new twice", "There is a token named “twice” already."),
    ],
)
async def test_what_cannot_be_is_said_and_makes_nothing(desk_url, command, database, line, said):
    await command("token new twice")

    assert said in await command(line)
    assert await database.api_tokens.count_documents({}) == 1


async def test_a_name_of_read_alone_is_a_name(desk_url, command):
    assert (await command("token new read")).startswith("“read” may read and write")


async def test_what_begins_with_the_word_and_is_a_sentence_is_one(slack, desk_url, command):
    await command("token of my VPN has expired")

    form = await slack.modal(by=slack.ada)
    assert "token of my VPN has expired" in str(form.blocks)


@pytest.mark.parametrize("line", ["token new mine", "token list", "token", "token revoke mine"])
@pytest.mark.parametrize("place", ["channel", "thread", "direct"])
async def test_what_a_conversation_keeps_has_and_makes_none(slack, desk_url, database, place, line):
    where = {"channel": slack.direct(slack.ada) if place == "direct" else slack.helpdesk.id}
    if place == "thread":
        parent = await slack.post("Who has a token?", by=slack.ben, **where)
        where["thread_ts"] = parent.ts
    await slack.post(line if place == "direct" else f"@HelpDesk {line}", by=slack.ada, **where)

    await slack.until(lambda: "A token is shown by the command alone" in str(slack.calls))
    await nothing_is_owed(database)
    assert "hdk_" not in str(slack.calls)
    assert await database.api_tokens.count_documents({}) == 0


async def test_it_is_in_no_log_and_not_in_mongodb(slack, desk_url, command, database, caplog):
    with capture_logs() as logged:
        secret = secret_in(await command("token new nightly export"))
    _, _, key = secret.split("_", 2)

    assert any(entry["event"] == "token made" for entry in logged)
    assert key not in str(logged) + caplog.text
    for name in await database.list_collection_names():
        assert key not in str(await database[name].find().to_list())
    assert key not in str(slack.calls)
