"""The Home tab: what stands there for whom, and how its pages are turned."""

from core.people.accounts import Hears
from localslack import Fault
from tests.bot.test_data_model import assert_the_page_tells_of_all


async def test_a_requester_sees_their_own_with_what_their_state_allows(slack, four, tab):
    ada = await tab(slack.ada)

    assert ada.title == "*My requests*, 1 to 2 of 2"
    assert ada.numbers == [2, 4]
    assert "Open · high priority · <@U0OLGA> has it · due 2026-03-02 13:00 UTC" in ada.lines[0]
    assert "Resolved · <@U0AMIR>" in ada.lines[1]
    assert ada.buttons(2) == ["home_close", "show_all"]
    assert ada.buttons(4) == ["home_reopen", "home_close", "show_all"]
    assert "home_list" not in ada.said


async def test_an_agent_begins_with_their_queue_and_has_the_lists_of_the_desk(slack, four, tab):
    olga = await tab(slack.olga)

    assert (olga.title, olga.numbers) == ("*My queue*, 1 to 1 of 1", [2])
    assert olga.buttons(2) == ["home_start", "home_resolve", "show_all", "more"]
    seen = {}
    for which in ("requests", "queue", "unassigned", "late", "waiting"):
        if which != "queue":
            await olga.choose(which)
        seen[which] = olga.numbers
        if which == "requests":
            await olga.choose("queue")
    assert seen == {
        "requests": [],
        "queue": [2],
        "unassigned": [1, 3],
        "late": [],
        "waiting": [3],
    }


async def test_what_is_late_is_in_a_list_and_marked(slack, four, tab, clock):
    clock.forward(hours=5)
    olga = await tab(slack.olga)

    await olga.choose("late")

    assert olga.title == "*Late and soon late*, 1 to 1 of 1"
    assert olga.lines[0].startswith(":rotating_light::red_circle: T-2 VPN is down")


async def test_what_is_soon_late_is_there_once_it_rang(slack, start, tab_of, clock):
    async with start(soon_percent=75):
        await slack.command("new high VPN is down", by=slack.ada)
        olga = await tab_of(slack.olga)
        await olga.choose("late")
        assert olga.title == "*Late and soon late*\nNothing is late, or will be soon."

        clock.forward(hours=3, minutes=1)

        await slack.until(lambda: olga.numbers == [1])
        assert olga.lines[0].startswith(":red_circle: T-1 VPN is down")


async def test_the_list_that_was_looked_at_last_is_there_again(slack, four, tab, start, database):
    olga = await tab(slack.olga)
    await olga.choose("waiting")
    assert await database.accounts.count_documents({"home": "waiting"}) == 1
    await assert_the_page_tells_of_all(database)

    async with start():
        again = await tab(slack.olga)

        assert again.title == "*Waiting*, 1 to 1 of 1"


async def test_a_list_that_is_not_theirs_any_more_is_not_shown(slack, four, tab, start):
    olga = await tab(slack.olga)
    await olga.choose("unassigned")

    async with start(agents=[slack.ben.id]):
        again = await tab(slack.olga)

        assert again.title.startswith("*My requests*\nYou have filed no tickets.")
        assert "home_list" not in again.said


async def test_pages_are_turned(slack, tab, filed_without_cards):
    await filed_without_cards(23)
    olga = await tab(slack.olga)
    await olga.choose("unassigned")
    pages, turns = [olga.numbers], [olga.turns]

    for name in ("later", "later", "earlier"):
        await olga.turn(name)
        pages.append(olga.numbers)
        turns.append(olga.turns)

    assert [len(page) for page in pages] == [10, 10, 3, 10]
    assert {number for page in pages for number in page} == {*range(1, 24)}
    assert turns == [["Later"], ["Earlier", "Later"], ["Earlier"], ["Earlier", "Later"]]
    assert pages[3] == pages[1]


async def test_a_page_that_has_gone_is_the_last_one_that_is_there(
    slack, tab, filed_without_cards, database
):
    await filed_without_cards(11)
    olga = await tab(slack.olga)
    await olga.choose("unassigned")
    await olga.turn("later")
    [last] = olga.numbers

    await olga.press(last, "claim")

    assert olga.title == "*Unassigned*, 1 to 10 of 10"
    assert olga.turns == []


async def test_what_they_hear_is_chosen_there(slack, tab, people):
    ada = await tab(slack.ada)

    await ada.hear("needed")

    account = await people.slack_user("U0ADA")
    assert await people.homes.chosen(account.id) == (None, Hears.NEEDED)
    assert ada.has("hears needed")


async def test_who_is_disabled_reads_one_sentence(slack, four, tab, store, desk_url):
    account = await store.accounts.of_slack_user("U0ADA", name="ada")
    ada = await tab(slack.ada)
    await store.accounts.change(account.id, {"disabled": True})

    await slack.until(lambda: not ada.lines)

    [block] = ada.view.blocks
    assert block["text"]["text"] == (
        "Your account at this desk is disabled. Ask an admin of the desk."
    )


async def test_who_looks_at_their_messages_is_shown_nothing(slack, desk_url, looked):
    event = {"type": "app_home_opened", "user": "U0ADA", "channel": "D0ADA", "tab": "messages"}

    await slack.event(event | {"event_ts": slack.workspace.next_ts()})
    await looked(but=["token", "channels", "names", "indexes"])

    assert slack.calls_of("views.publish") == []


async def test_while_mongodb_is_away_one_sentence_says_so_until_it_is_back(
    slack, four, tab, raw_client
):
    ada = await tab(slack.ada)
    failing = {"failCommands": ["find", "aggregate"], "errorCode": 11600}
    await raw_client.admin.command(
        "configureFailPoint", "failCommand", mode="alwaysOn", data=failing
    )
    try:
        await ada.open()
        said = [block["text"]["text"] for block in ada.view.blocks]
    finally:
        await raw_client.admin.command("configureFailPoint", "failCommand", mode="off")

    assert said == [
        "The database does not answer at the moment. Nothing is half done; try again shortly."
    ]
    await slack.until(lambda: ada.lines)
    assert ada.numbers == [2, 4]


async def test_a_button_of_an_older_version_says_so(slack, tab):
    ada = await tab(slack.ada)
    ada.view.blocks[0]["elements"][0]["action_id"] = "home_of_old"

    await ada._press("top", "home_of_old", None)

    assert "made by an older version" in ada.title


async def test_a_tab_that_slack_does_not_take_is_tried_again(slack, tab, file):
    await file("VPN is down", by=slack.ada)
    slack.fail("views.publish", Fault.status(503))

    ada = await tab(slack.ada)

    await slack.until(lambda: ada.view)
    assert ada.numbers == [1]
