"""The card in the helpdesk channel: it follows its ticket, whoever changes it and from where."""

from dataclasses import replace

import pytest

from core.people.accounts import Registration, Via
from core.tickets import Changes, NewTicket, Status, parse
from localslack import Fault
from tests.bot.conftest import button_names, card_of, impatient, rich_words, with_timing, words
from tests.support.deliveries import nothing_is_owed


async def test_the_card_of_a_ticket_from_rest_appears_too(slack, program):
    await program.file("Server down", priority="high")

    card = await slack.until(lambda: card_of(slack, "T-1"))

    assert "Server down" in card.text


async def test_the_card_follows_a_change_over_rest(slack, file, program):
    card = await file()

    await program.patch("/api/tickets/1", {"status": "in_progress", "priority": "low"})

    await slack.until(lambda: "in progress" in card.text)
    assert "In progress · low priority · nobody has it · due" in words(card)
    assert len([one for one in slack.messages("#helpdesk") if not one.deleted]) == 1


async def test_the_card_shows_the_last_comment(slack, file, program):
    card = await file()

    await program.post("/api/tickets/1/comments", {"message": "We are <looking> at it"})

    await slack.until(lambda: "Robot (REST): We are <looking> at it · 1 comment" in words(card))


async def test_somebody_who_is_not_in_slack_is_told_from_who_is(slack, file, program, people):
    card = await file()
    said = {"email": "olga@example.com", "password": "correct-horse", "role": "agent"}
    await people.add(parse(Registration, said | {"name": "Olga"}))

    await program.patch("/api/tickets/1", {"assignee": "olga@example.com"})

    await slack.until(lambda: "with Olga (REST)" in card.text)
    assert "Open · high priority · Olga (REST) has it · due 2" in words(card)
    assert "· Olga (REST) has it ·" in words(await slack.command("list open", by=slack.olga))
    assert "Olga (REST): 1" in words(await slack.command("digest now", by=slack.olga))
    assert (await program.get("/api/tickets/1")).body["assignee"]["name"] == "Olga"

    await slack.command("assign 1 me", by=slack.olga)
    await slack.until(lambda: f"with <@{slack.olga.id}>" in card.text)
    assert "REST" not in words(card)


async def test_the_card_of_a_late_ticket_says_so_until_it_is_not(slack, file, clock):
    card = await file(priority="high")
    assert "· due 2" in words(card)

    clock.forward(hours=5)

    await slack.until(lambda: "T-1 VPN is down (late, open" in card.text)
    assert rich_words(card.blocks[0]).startswith(
        ":rotating_light::red_circle: T-1 VPN is down\n"
        "Open · high priority · nobody has it · late since 2026-"
    )
    assert "late since" in words(await slack.command("status 1", by=slack.ada))
    await slack.command("prio 1 low", by=slack.olga)
    await slack.until(lambda: "late" not in card.text)
    assert "· due 2" in words(card)


async def test_peoples_cards_and_urgent_ones_do_not_wait_behind_a_programs(slack, program):
    slack.fail("chat.postMessage", Fault.rate_limited(1), times=None)
    for number in range(5):
        await program.file(f"low {number}", priority="low")
    await program.file("urgent", priority="high")
    await slack.command("new low VPN is down", by=slack.ada)
    slack.heal("chat.postMessage")

    await slack.until(lambda: len(slack.messages("#helpdesk")) >= 7)
    cards = [card.text.split(" (")[0] for card in slack.messages("#helpdesk")]
    # One may have been about to be posted, and one have its turn as having waited longest.
    assert {"T-6 urgent", "T-7 VPN is down"} <= {*cards[:4]}


@pytest.mark.parametrize("priority", ["low", "high"])
async def test_who_files_very_many_holds_up_nobody_else(slack, program, caller, priority):
    ben = replace(await caller("Ben"), url=program.url)
    slack.fail("chat.postMessage", Fault.rate_limited(1), times=None)
    for number in range(30):
        await program.file(f"flood {number}", priority=priority)
    await ben.file("Mail is slow", priority="low")
    slack.heal("chat.postMessage")

    await slack.until(lambda: card_of(slack, "T-31"))
    # Of those that nobody hurries it has the next turn but one; beside what is urgent, every tenth.
    before = [card.text for card in slack.messages("#helpdesk") if "flood" in card.text]
    assert len(before) <= (6 if priority == "low" else 14)


@pytest.mark.parametrize(("verb", "what"), [("resolve", "Resolved"), ("close", "Closed")])
async def test_the_card_of_what_is_done_is_small_and_says_by_whom(slack, program, verb, what):
    await program.file("VPN is down", priority="high", description="Since nine")
    card = await slack.until(lambda: card_of(slack, "T-1"))
    assert "Since nine" in words(card)

    await slack.command(f"{verb} 1 rebooted", by=slack.olga)

    await slack.until(lambda: f"*{what}*, done by <@U0OLGA>" in words(card))
    assert rich_words(card.blocks[0]) == ":white_check_mark: T-1 VPN is down"
    kinds = [block["type"] for block in card.blocks]
    assert kinds == ["rich_text", "context", "rich_text", "actions"]
    assert "Since nine" not in words(card)
    assert "Due" not in words(card)
    assert "Since nine" in words(await slack.command("status 1", by=slack.amir))


async def test_cards_of_tickets_that_are_announced_together_say_that_they_are_late(
    slack, program, clock, database
):
    for number in range(5):
        await program.file(f"ticket {number}", priority="high")
    await slack.until(lambda: len(slack.messages("#helpdesk")) >= 5)

    await nothing_is_owed(database)
    clock.forward(hours=5)

    cards = [card_of(slack, f"T-{number}") for number in range(1, 6)]
    await slack.until(lambda: all("(late, open" in card.text for card in cards))


async def test_people_are_mentioned_on_a_card(slack, file):
    card = await file(by=slack.ada)
    assert "Filed by <@U0ADA>" in words(card)
    await slack.command("comment 1 Any news?", by=slack.ada)

    await slack.until(lambda: "<@U0ADA>: Any news? · 1 comment" in words(card))


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


@impatient
@pytest.mark.parametrize(
    "fault",
    [Fault.status(500), Fault.rate_limited(1), Fault.hang(2)],
    ids=["500", "429", "nothing"],
)
async def test_a_slack_that_fails_gets_the_card_later_and_once(slack, program, fault):
    slack.fail("chat.postMessage", fault, times=1)

    await program.file("Server down")

    card = await slack.until(lambda: card_of(slack, "T-1"))
    assert "Server down" in card.text


@impatient
async def test_a_card_whose_answer_got_lost_is_found_again(slack, program):
    slack.fail("chat.postMessage", Fault.cut_after())
    await program.file("Server down")
    card = await slack.until(lambda: card_of(slack, "T-1"))

    await program.patch("/api/tickets/1", {"status": "resolved"})

    await slack.until(lambda: "resolved" in card.text)
    assert card_of(slack, "T-1") is card


async def test_a_deleted_card_is_posted_anew_at_the_next_change(slack, file, program):
    card = await file()
    card.deleted = True

    await program.patch("/api/tickets/1", {"status": "resolved"})

    anew = await slack.until(lambda: card_of(slack, "T-1"))
    assert "resolved" in anew.text


async def test_another_process_pays_what_a_dead_one_owed(slack, desk, start):
    """The change is made by a desk that dies before it can tell Slack."""
    someone = (await desk.people.slack_user(slack.ada.id, name="ada")).acting(Via.SLACK)
    await desk.open_ticket(NewTicket(title="VPN is down"), by=someone, receipt=True)

    async with start():
        await slack.until(lambda: card_of(slack, "T-1"))
        told = await slack.until(lambda: slack.direct_messages(slack.ada))

    assert len(told) == 1


async def test_a_bot_outside_its_channel_says_in_readyz_what_to_do(slack, program, looked):
    slack.fail("chat.postMessage", Fault.error("not_in_channel"), times=None)

    await program.file("Server down")

    await slack.until(lambda: slack.calls_of("chat.postMessage"))
    await looked()
    ready = await program.get("/readyz")
    assert ready.status == 503
    assert ready.body["detail"] == [
        "Slack refuses messages (not_in_channel): type /invite @HelpDesk in the channel."
    ]


@with_timing("brief", post=4.8, lease=4.9)
async def test_an_older_state_never_overwrites_a_newer_one(
    slack, file, program, start, clock, a_few_scans
):
    """Two slow edits, by two processes, of a ticket with an alert and a card: together they take
    longer than a lease, and each less."""
    card = await file()
    clock.forward(hours=5)
    await slack.until(lambda: "late" in card.text)
    async with start() as address:
        before = len(slack.calls_of("chat.update"))
        slack.fail("chat.update", Fault.hang(2.5), times=2)
        assert slack.events_url.startswith(address)
        await slack.command("assign 1 me", by=slack.olga)
        await slack.until(lambda: len(slack.calls_of("chat.update")) >= before + 2)
        await program.patch("/api/tickets/1", {"status": "resolved"})

        await slack.until(lambda: "resolved" in card.text)
        await a_few_scans()

    assert "resolved" in card.text


async def test_a_card_in_a_channel_that_was_given_up_is_posted_in_the_new_one(slack, desk, start):
    someone = (await desk.people.slack_user(slack.ada.id, name="ada")).acting(Via.SLACK)
    async with start():
        await desk.open_ticket(NewTicket(title="VPN is down"), by=someone)
        await slack.until(lambda: card_of(slack, "T-1"))
    slack.fail("chat.update", Fault.error("is_archived"), times=None)

    async with start(alert_channel=slack.general.id):
        await desk.change_ticket("1", Changes(status=Status.CLOSED), by=someone)
        [card] = await slack.until(lambda: slack.messages("#general"))

    assert "T-1 VPN is down (closed" in card.text


async def test_a_slack_that_wants_a_pause_gets_one(slack, program, looked):
    for number in range(6):
        await program.file(f"ticket {number}")
    await slack.until(lambda: len(slack.messages("#helpdesk")) >= 6)
    slack.fail("chat.update", Fault.rate_limited(30), times=None)

    await program.patch("/api/tickets/1", {"status": "resolved"})
    await slack.until(lambda: slack.calls_of("chat.update"))
    await looked()

    assert len(slack.calls_of("chat.update")) == 1
