"""The buttons of a card: who may press which, and what is done then."""

from localslack import Fault
from tests.bot.conftest import button_names, words


async def test_buttons_follow_the_state(slack, file):
    card = await file()
    seen = [button_names(card)]
    for verb in ("assign 1 me", "start 1", "resolve 1", "close 1", "reopen 1"):
        before = list(card.blocks)
        await slack.command(verb, by=slack.olga)
        await slack.until(lambda: card.blocks != before)  # noqa: B023 - awaited at once
        seen.append(button_names(card))

    assert seen == [
        ["claim", "start", "resolve", "reply", "more"],
        ["start", "resolve", "reply", "more"],
        ["wait", "resolve", "reply", "more"],
        ["reopen", "close", "reply", "show_all", "more"],
        ["reopen", "reply", "show_all", "more"],
        ["start", "resolve", "reply", "more"],
    ]


async def test_a_press_changes_the_ticket_and_its_card(slack, file, program):
    card = await file()

    await slack.click(card, "claim", by=slack.olga)
    await slack.until(lambda: "<@U0OLGA>" in words(card))
    await slack.click(card, "resolve", by=slack.olga)

    await slack.until(lambda: "resolved" in card.text)
    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["status"], ticket["assignee"]["name"]) == ("resolved", "olga")


async def test_a_press_by_somebody_without_the_right_is_refused_only_to_them(slack, file, program):
    card = await file(by=slack.ada)

    await slack.click(card, "resolve", by=slack.ada)

    refused = await slack.until(
        lambda: [one for one in slack.seen_by(slack.ada, "#helpdesk") if one.ephemeral_to]
    )
    assert [one.text for one in refused] == [
        "Only agents can resolve tickets: those on call. You can close yours."
    ]
    assert not [one for one in slack.seen_by(slack.olga, "#helpdesk") if one.ephemeral_to]
    assert (await program.get("/api/tickets/1")).body["status"] == "open"


async def test_starting_work_on_what_nobody_has_is_taking_it(slack, file, program, database):
    card = await file()

    await slack.click(card, "start", by=slack.olga)
    await slack.until(lambda: "in progress, with <@U0OLGA>" in card.text)

    ticket = (await program.get("/api/tickets/1")).body
    assert (ticket["status"], ticket["assignee"]["name"]) == ("in_progress", "olga")
    timeline = (await database["tickets"].find_one())["timeline"]
    assert [sorted(entry.get("changes", ())) for entry in timeline] == [[], ["assignee", "status"]]


async def test_starting_work_takes_nothing_from_anybody(slack, file, program):
    card = await file()
    await slack.command("assign 1 @amir", by=slack.olga)

    await slack.click(card, "start", by=slack.olga)

    await slack.until(lambda: "in progress" in card.text)
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "amir"


async def test_a_requester_who_starts_work_takes_nothing(slack, file, program):
    card = await file(by=slack.ada)

    await slack.click(card, "start", by=slack.ada)

    await slack.until(lambda: "in progress" in card.text)
    assert (await program.get("/api/tickets/1")).body["assignee"] is None


async def test_a_change_of_status_over_rest_assigns_nobody(program):
    await program.file("Server down")

    await program.patch("/api/tickets/1", {"status": "in_progress"})

    assert (await program.get("/api/tickets/1")).body["assignee"] is None


async def test_who_is_slower_is_told_who_has_it_and_may_take_it_over(slack, file, program):
    card = await file()
    slack.fail("chat.update", Fault.status(500), times=None)
    await slack.click(card, "claim", by=slack.amir)
    # Her card does not say so yet.
    await slack.click(card, "claim", by=slack.olga)

    [told] = await slack.until(
        lambda: [one for one in slack.seen_by(slack.olga, "#helpdesk") if one.ephemeral_to]
    )
    slack.heal("chat.update")
    assert told.text == "amir has T-1 already."
    assert button_names(told) == ["take_over"]
    await slack.click(told, "take_over", by=slack.olga)
    await slack.until(lambda: "<@U0OLGA>" in card.text)
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "olga"


async def test_first_somebody_is_to_have_it(slack, file):
    card = await file()

    def primary():
        [row] = [block for block in card.blocks if block["type"] == "actions"]
        return [one["action_id"] for one in row["elements"] if one.get("style") == "primary"]

    assert primary() == ["claim"]
    await slack.click(card, "claim", by=slack.olga)
    await slack.until(lambda: primary() == ["resolve"])


async def test_who_may_not_claim_hears_who_can(slack, file):
    card = await file(by=slack.ada)

    await slack.click(card, "claim", by=slack.ada)

    refused = await slack.until(
        lambda: [one for one in slack.seen_by(slack.ada, "#helpdesk") if one.ephemeral_to]
    )
    assert refused[0].text == "Only agents can claim tickets: those on call."


async def test_a_press_that_changes_nothing_says_so(slack, file, program):
    card = await file()
    slack.fail("chat.update", Fault.status(500), times=None)
    await program.patch("/api/tickets/1", {"status": "resolved"})

    await slack.click(card, "resolve", by=slack.olga)

    told = await slack.until(
        lambda: [one for one in slack.seen_by(slack.olga, "#helpdesk") if one.ephemeral_to]
    )
    assert told[0].text == "T-1 is resolved already; nothing was changed."


async def test_the_same_press_sent_twice_is_done_once(slack, file, program, start):
    card = await file()
    first = slack.events_url
    async with start():
        second, slack.events_url = slack.events_url, first
        await slack.click(card, "resolve", by=slack.olga)
        await program.patch("/api/tickets/1", {"status": "open"})
        again = await slack.repeat_last(second)

    assert again.status == 200
    assert (await program.get("/api/tickets/1")).body["status"] == "open"


async def test_a_press_on_an_answer_only_one_person_sees_updates_it(slack, file):
    await file()
    answer = await slack.command("status 1", by=slack.olga)

    await slack.click(answer.message, "claim", by=slack.olga)

    await slack.until(lambda: "with <@U0OLGA>" in answer.message.text)
