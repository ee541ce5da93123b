"""/ticket link: somebody in Slack and their account over REST become one."""

import re

import pytest
from structlog.testing import capture_logs

from bot.tickets.lists.list import PAGE
from core.people.accounts import Role
from tests.bot.conftest import words
from tests.bot.home.conftest import Tab
from tests.conftest import LONG_AGO, SECRET, Caller, Tokens
from tests.support.deliveries import nothing_is_owed


@pytest.fixture
async def account(session, desk_url, store, password_hash):
    """Makes an account over REST, and gives its caller."""

    async def made(name="Ada Lovelace", role=Role.USER):
        email = f"{name.split()[0].lower()}@example.com"
        account = await store.accounts.add(
            name=name,
            email=email,
            password_hash=password_hash,
            password_is_long=True,
            role=role,
        )
        headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
        return Caller(session, desk_url, account.id, email, headers)

    return made


@pytest.fixture
async def ada(account):
    return await account()


@pytest.fixture
def link(slack):
    async def linked(caller, *, by=None):
        code = code_in((await slack.command("link", by=by or slack.ada)).text)
        answer = await caller.post("/api/auth/link", {"code": code})
        assert answer.status == 200, answer
        return answer.body

    return linked


@pytest.fixture
def rewritten(database, looked):
    async def done():
        due = {"rewrite_at": {"$exists": True}}
        await database["accounts"].update_many(due, {"$set": {"rewrite_at": LONG_AGO}})
        await looked()
        assert await database["accounts"].count_documents(due) == 0

    return done


def code_in(text):
    [code] = re.findall(r"```([^`]+)```", text)
    return code


async def test_both_have_one_list_at_both_doors(slack, ada, link, rewritten, drained, database):
    for number in range(PAGE):
        await slack.command(f"new low in Slack {number}", by=slack.ada)
        assert (await ada.post("/api/tickets", {"title": f"over REST {number}"})).status == 201

    linked = await link(ada)

    assert (linked["_id"], linked["slack_id"]) == (ada.id, slack.ada.id)
    for _ in range(2):
        listed = await slack.command("list mine", by=slack.ada)
        assert f"1 to {PAGE} of {2 * PAGE}" in listed.text
        tab = await Tab(slack, slack.ada, drained).open()
        assert f"1 to {PAGE} of {2 * PAGE}" in str(tab.view.blocks)
        answer = await ada.get("/api/tickets?limit=100")
        assert {one["title"] for one in answer.body["items"]} == {
            f"{where} {number}" for where in ("in Slack", "over REST") for number in range(PAGE)
        }
        assert {one["requester"]["name"] for one in answer.body["items"]} == {"Ada Lovelace"}
        await rewritten()
    rows = await database["tickets"].find().to_list()
    assert {row["requester"]["slack_id"] for row in rows} == {slack.ada.id}


@pytest.mark.parametrize("is_rewritten", [False, True], ids=["at once", "rewritten"])
@pytest.mark.parametrize("door", ["Slack", "REST"])
async def test_they_hear_once_of_what_they_file_at_either_door(
    slack, ada, link, rewritten, database, is_rewritten, door
):
    """Also of what they filed before; what they say at either is no news to them."""
    if door == "Slack":
        await slack.command("new low VPN is down", by=slack.ada)
    elif is_rewritten:
        await ada.file("VPN is down")
    await link(ada)
    if door == "REST" and not is_rewritten:
        await ada.file("VPN is down")
    if is_rewritten:
        await rewritten()

    await slack.command("comment 1 marzipan", by=slack.olga)
    for text in ("nougat", "praline"):
        said = await ada.post("/api/tickets/1/comments", {"message": text})
        assert said.status == 201
    await slack.command("comment 1 caramel", by=slack.ada)
    await slack.command("note 1 liquorice", by=slack.olga)
    await nothing_is_owed(database)

    told = "\n".join(map(words, slack.direct_messages(slack.ada)))
    assert [word for word in ("nougat", "praline", "caramel", "liquorice") if word in told] == []
    assert len([one for one in slack.direct_messages(slack.ada) if "marzipan" in words(one)]) == 1
    await slack.command("resolve 1", by=slack.olga)
    await nothing_is_owed(database)
    assert len(slack.direct_messages(slack.ada)) == 2


async def test_an_agent_of_the_settings_is_one_over_rest_and_has_their_tickets(
    slack, account, link, file, database
):
    olga = await account("Olga Ladyzhenskaya")
    card = await file(by=slack.ada)
    await slack.command("claim 1", by=slack.olga)

    assert (await link(olga, by=slack.olga))["role"] == "agent"

    mine = await olga.get(f"/api/tickets?assignee={olga.id}")
    assert [one["number"] for one in mine.body["items"]] == [1]
    assert "Tickets (mine), 1 to 1 of 1" in (await slack.command("list mine", by=slack.olga)).text
    assert (await olga.patch("/api/tickets/1", {"priority": "low"})).status == 200
    await nothing_is_owed(database)
    assert "<@U0OLGA>" in words(card)
    # It is theirs: what they do themselves is no news to them.
    assert slack.direct_messages(slack.olga) == []
    assert (await slack.command("claim 1", by=slack.olga)).text == (
        "T-1 is assigned to <@U0OLGA> already."
    )


async def test_a_message_about_what_they_have_stays_true(
    slack, account, link, file, rewritten, database
):
    """It was sent to the account that is the other's now."""
    olga = await account("Olga Ladyzhenskaya")
    await file(by=slack.ada)
    await slack.command("claim 1", by=slack.olga)
    await slack.command("comment 1 marzipan", by=slack.ada)
    await nothing_is_owed(database)
    [told] = slack.direct_messages(slack.olga)

    await link(olga, by=slack.olga)
    for then in ("nougat", "praline"):
        await slack.command(f"comment 1 {then}", by=slack.ada)
        await nothing_is_owed(database)
        assert "It is not yours any more" not in words(told)
        assert "ada waits for an answer" in words(told)
        await rewritten()


async def test_it_is_shown_to_its_user_alone_and_kept_nowhere(slack, desk_url, database, caplog):
    with capture_logs() as logged:
        shown = await slack.command("link", by=slack.ada)

    code = code_in(shown.text)
    assert (len(code), "POST /api/auth/link" in shown.text) == (8, True)
    assert "Show this code to nobody" in shown.text
    assert code not in str(logged) + caplog.text + str(slack.calls)
    for name in await database.list_collection_names():
        assert code not in str(await database[name].find().to_list())


@pytest.mark.parametrize("place", ["channel", "thread", "direct"])
async def test_where_others_may_read_none_is_shown(slack, desk_url, database, place):
    where = {"channel": slack.direct(slack.ada) if place == "direct" else slack.helpdesk.id}
    if place == "thread":
        parent = await slack.post("Who has a link?", by=slack.ben, **where)
        where["thread_ts"] = parent.ts
    await slack.post("link" if place == "direct" else "@HelpDesk link", by=slack.ada, **where)

    await slack.until(lambda: "Others could read a code here." in str(slack.calls))
    assert await database["link_codes"].count_documents({}) == 0


async def test_who_is_linked_already_is_told(slack, ada, link, database):
    await link(ada)

    again = await slack.command("link", by=slack.ada)

    assert again.text == (
        "You are ada@example.com over REST already: both have one list of tickets."
    )
    assert await database["link_codes"].count_documents({}) == 0


@pytest.mark.parametrize("line", ["link to the wiki is broken", "line is dead", "links are dead"])
async def test_what_begins_with_the_word_and_is_a_sentence_is_one(slack, desk_url, line):
    await slack.command(line, by=slack.ada)

    form = await slack.modal(by=slack.ada)
    assert line in str(form.blocks)


async def test_who_says_so_to_the_desk_asks_for_help(slack, desk_url, database):
    await slack.post("link to the wiki is broken", by=slack.ada, channel=slack.direct(slack.ada))

    await slack.until(lambda: "Open a ticket?" in str(slack.direct_messages(slack.ada)))


async def test_a_slip_is_told_and_help_names_it(slack, desk_url):
    assert "Did you mean `/ticket link`?" in (await slack.command("lnk", by=slack.ada)).text
    assert (
        "`/ticket link` — a code with which"
        in (await slack.command("help link", by=slack.ada)).text
    )
