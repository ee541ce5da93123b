"""People are called what they are called in Slack, wherever the desk says their names."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.slack.lookups.names import name_in
from core.clock import utcnow
from core.people.accounts import Role
from localslack import Fault
from tests.bot.conftest import MANIFEST, card_of, strict_slack
from tests.bot.conversation.conftest import known
from tests.conftest import LONGEST_WAIT

NAMES = {"U0ADA": "Ada", "U0BEN": "Ben <Boss> & Co", "U0OLGA": "Olga Marin", "U0AMIR": "Amir"}


def with_names(slack):
    """People who chose other names than their handles."""
    people = slack.workspace.people
    for id, name in NAMES.items():
        people[id] = replace(people[id], display_name=name)
    return slack


@pytest.fixture
async def slack():
    async with strict_slack() as slack:
        yield with_names(slack)


@pytest.fixture
async def desk_url(store, start, slack, database):
    """A desk that knows those with a role."""
    async with start() as address:
        await known_by_name(database, slack.olga, slack.amir)
        yield address


async def known_by_name(database, *people):
    which = {"slack_id": {"$in": [one.id for one in people]}, "named_at": {"$exists": True}}
    async with asyncio.timeout(LONGEST_WAIT):
        while await database.accounts.count_documents(which) < len(people):
            await asyncio.sleep(0.01)


async def people_in(database):
    return {
        row["slack_id"]: row["name"]
        async for row in database.accounts.find({"slack_id": {"$exists": True}})
    }


async def test_those_with_a_role_are_known_before_they_do_anything(slack, desk_url, database):
    assert await people_in(database) == {"U0OLGA": "Olga Marin", "U0AMIR": "Amir"}
    assert {call.given["user"] for call in slack.calls_of("users.info")} == {"U0OLGA", "U0AMIR"}


async def test_a_ticket_shows_its_people_by_name_however_it_was_filed(
    slack, desk_url, program, database
):
    await slack.command("new high VPN is down", by=slack.ada)
    await slack.command("assign 1 @olga", by=slack.olga)
    await known_by_name(database, slack.ada)

    ticket = (await program.get("/api/tickets/T-1")).body

    # It was filed by somebody of whom a command said "ada".
    assert ticket["requester"]["name"] == "Ada"
    assert ticket["assignee"]["name"] == "Olga Marin"
    listed = (await program.get("/api/tickets")).body
    assert "Olga Marin" in str(listed)
    assert "olga" not in str(listed)


async def test_a_command_names_nobody_anew(slack, desk_url, database):
    await slack.command("new high VPN is down", by=slack.ada)
    await known_by_name(database, slack.ada)

    for number in range(3):
        await slack.command(f"comment 1 still so {number}", by=slack.ada)

    assert (await people_in(database))["U0ADA"] == "Ada"
    assert (
        len([call for call in slack.calls_of("users.info") if call.given["user"] == "U0ADA"]) == 1
    )


async def test_who_only_said_something_is_named_in_lines_rest_and_mentions(
    slack, desk_url, store, program, database
):
    asked = await slack.post("The printer burns", by=slack.ada, channel="#general")
    await slack.message_shortcut("create_ticket", asked, by=slack.olga)
    await slack.submit(await slack.modal(by=slack.olga), by=slack.olga, priority="high")
    await known(store, await slack.until(lambda: card_of(slack, "T-1")))

    async def say(text, by):
        await slack.post(text, by=by, channel="#general", thread_ts=asked.ts)

    await say("Mine, too", slack.ben)
    await known_by_name(database, slack.ben, slack.ada)
    await say("@olga and @ben, look; @nobody", slack.ben)

    said = (await program.get("/api/tickets/T-1")).body["comments"]
    assert [one["author"]["name"] for one in said] == ["Ben <Boss> & Co"] * 2
    # By the names that people see, not by ids or handles.
    assert said[1]["message"] == "@Olga Marin and @Ben <Boss> & Co, look; @nobody"
    lines = await slack.until(
        lambda: [one.text for one in slack.thread(card_of(slack, "T-1")) if "look" in one.text]
    )
    assert lines == [
        "*Ben &lt;Boss&gt; &amp; Co to Ada:* @Olga Marin and @Ben &lt;Boss&gt; &amp; Co, look; "
        "@nobody"
    ]


async def test_without_the_scope_all_goes_on_as_before(store, tmp_path, start, slack, database):
    object.__setattr__(slack.manifest, "scopes", slack.manifest.scopes - {"users:read"})
    try:
        async with start():
            await slack.command("new high VPN is down", by=slack.ada)
            await slack.until(lambda: card_of(slack, "T-1"))
    finally:
        object.__setattr__(slack.manifest, "scopes", MANIFEST.scopes | {"users:read"})

    assert slack.calls_of("users.info") == []
    assert await people_in(database) == {"U0ADA": "ada"}


@pytest.mark.parametrize("fault", [Fault.error("user_not_visible"), Fault.error("user_not_found")])
async def test_whom_slack_does_not_show_is_called_what_is_known(
    slack, desk_url, store, database, fault, looked
):
    slack.fail("users.info", fault, times=None)
    await slack.command("new high VPN is down", by=slack.ada)
    await slack.until(lambda: any(c.given["user"] == "U0ADA" for c in slack.calls_of("users.info")))
    await looked()

    assert (await people_in(database))["U0ADA"] == "ada"
    # Not asked about again at every turn.
    assert (
        len([call for call in slack.calls_of("users.info") if call.given["user"] == "U0ADA"]) == 1
    )


@pytest.mark.parametrize(
    "fault", [Fault.rate_limited(600), Fault.status(503), Fault.cut_before(), Fault.error("what")]
)
async def test_what_slack_does_not_answer_is_left_alone_for_a_while(
    slack, desk_url, database, fault, looked, file
):
    slack.fail("users.info", fault, times=None)

    def asked_about(person):
        return [call for call in slack.calls_of("users.info") if call.given["user"] == person.id]

    with capture_logs() as logged:
        await file(by=slack.ada)
        await slack.until(lambda: asked_about(slack.ada))
        await looked()
        await file("Printer burns", by=slack.ben)
        await looked()

    assert asked_about(slack.ben) == []
    assert [entry["event"] for entry in logged].count("nobody's name is asked for now") == 1


async def test_others_hear_of_it_and_it_is_asked_again_after_a_week(store, database, another_store):
    person = await store.accounts.of_slack_user("U0EVE", name="eve")
    asked = await store.accounts.names.claim(at=utcnow(), lease=timedelta(minutes=1))
    assert asked == "U0EVE"
    # Somebody asks already.
    assert await store.accounts.names.claim(at=utcnow(), lease=timedelta(minutes=1)) is None

    await store.accounts.names.learned("U0EVE", "$Eve", handle="eve")

    other = await another_store()
    await other.accounts.names.refresh()
    assert other.accounts.names.of("U0EVE") == "$Eve"
    assert (await other.accounts.get(person.id)).name == "$Eve"
    later = utcnow() + timedelta(days=8)
    assert await other.accounts.names.claim(at=later, lease=timedelta(minutes=1)) == "U0EVE"


async def test_who_has_an_address_is_called_as_they_said(store, password_hash):
    await store.accounts.of_slack_user("U0EVE", name="eve")
    given = {"name": "Eve B.", "email": "eve@example.com", "password_hash": password_hash}

    account = await store.accounts.link("U0EVE", **given, role=Role.USER)
    await store.accounts.names.learned("U0EVE", "Eve", handle="eve")

    assert (await store.accounts.get(account.id)).name == "Eve B."
    assert await store.accounts.names.claim(at=utcnow(), lease=timedelta(minutes=1)) is None


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ({"profile": {"display_name": "Ada", "real_name": "Ada L."}, "name": "al"}, "Ada"),
        ({"profile": {"display_name": " ", "real_name": "Ada L."}, "name": "al"}, "Ada L."),
        ({"profile": {"display_name": "\u200b"}, "real_name": "Ada L."}, "Ada L."),
        ({"name": "al"}, "al"),
        ({"profile": {"display_name": "A\u202eda\n L."}}, "Ada L."),
        ({"profile": {"display_name": "x" * 200}}, "x" * 99 + "…"),
        ({"profile": {"display_name": 7}}, None),
        ({}, None),
    ],
)
def test_a_name_is_what_slack_shows(user, name):
    assert name_in(user) == name
