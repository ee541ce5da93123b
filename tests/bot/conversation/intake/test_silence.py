"""What is not kept, who is told of it, and what nobody else ever sees."""

from bson import ObjectId
from structlog.testing import capture_logs

from localslack import Fault
from tests.bot.conftest import words
from tests.bot.conversation.conftest import changed, deleted, event, later
from tests.conftest import LONG_AGO, SECRET, Caller, Tokens

MARK = "zebra"
WHO = {
    "message": "So it is",
    "author": {"_id": ObjectId(), "name": "ada", "slack_id": "U0ADA"},
    "created_at": LONG_AGO,
}


async def test_what_the_channel_is_told_of_a_reply_does_not_outlive_it(slack, file, reply):
    card = await file(by=slack.ada)
    await slack.command("resolve 1", by=slack.olga)

    said = await reply(card, MARK, by=slack.ada)

    [told] = await slack.until(
        lambda: [one for one in slack.messages("#helpdesk") if "says of *T-1*" in one.text]
    )
    assert MARK not in words(told)
    await slack.delete(said, by=slack.ada)
    await slack.until(lambda: not any(MARK in words(one) for one in slack.messages("#helpdesk")))


async def test_somebody_elses_words_are_not_kept_and_only_they_are_told_once(
    slack, file, reply, comments, database, drained
):
    card = await file(by=slack.ada)
    accounts = await database.accounts.distinct("slack_id")

    said = await reply(card, MARK, by=slack.ben)
    await slack.event(event(card, MARK, by=slack.ben, ts=said.ts))

    await drained()
    assert await comments() == []
    assert await database.accounts.distinct("slack_id") == accounts
    [told] = [one for one in slack.seen_by(slack.ben, "#helpdesk") if one.ephemeral_to]
    assert (told.ephemeral_to, told.thread_ts) == (slack.ben.id, card.ts)
    assert told.text.startswith("Only agents, and whoever filed this ticket")
    assert said.text == MARK
    assert await traces(database) == []


async def test_who_cannot_be_told_is_no_error(slack, file, reply, drained):
    card = await file(by=slack.ada)
    slack.fail("chat.postEphemeral", Fault.error("user_not_in_channel"))

    with capture_logs() as logged:
        await reply(card, MARK, by=slack.ben)
        await drained()

    [line] = [one for one in logged if one["event"] == "an author was not told"]
    assert line["error"] == "user_not_in_channel"
    assert MARK not in str(logged)


async def test_who_is_told_too_fast_is_told_a_little_later(slack, file, reply, drained):
    card = await file(by=slack.ada)
    slack.fail("chat.postEphemeral", Fault.rate_limited(1))

    await reply(card, MARK, by=slack.ben)
    await drained()

    [told] = [one for one in slack.seen_by(slack.ben, "#helpdesk") if one.ephemeral_to]
    assert told.text.startswith("Only agents, and whoever filed this ticket")


async def test_a_ticket_without_room_says_so_to_who_wrote(
    slack, file, reply, comments, database, drained
):
    card = await file(by=slack.ada)
    filled = [{"_id": ObjectId()} | WHO for _ in range(1800)]
    await database.tickets.update_one({}, {"$set": {"comments": filled}})

    await reply(card, MARK, by=slack.ada)

    await drained()
    [told] = [one for one in slack.seen_by(slack.ada, "#helpdesk") if one.ephemeral_to]
    assert "no room for more words of yours" in told.text
    assert len(await comments()) == 1800


async def test_of_what_belongs_to_no_ticket_there_is_no_trace(slack, file, database, looked):
    card = await file()

    with capture_logs() as logged:
        parent = await slack.post(f"{MARK} one", by=slack.ben, channel="#helpdesk")
        await slack.post(f"{MARK} two", by=slack.ada, channel="#helpdesk", thread_ts=parent.ts)
        general = await slack.post(f"{MARK} three", by=slack.amir)
        await slack.post(f"{MARK} four", by=slack.ben, thread_ts=general.ts)
        said = event(general, f"{MARK} five", by=slack.olga, ts=later(card, 5))
        await slack.event(said | {"channel": "C0GENERAL", "thread_ts": card.ts})
        await slack.event(changed(parent, f"{MARK} six", edited=later(card, 9)))
        await slack.event(deleted(parent))
        await looked()

    assert await traces(database) == []
    assert MARK not in str(logged)
    assert await database.accounts.distinct("slack_id") == [slack.ada.id]


async def test_a_kept_message_is_in_no_log(slack, file, reply, ticket):
    card = await file()

    with capture_logs() as logged:
        await reply(card, MARK, by=slack.olga)

    assert [one["event"] for one in logged if one["event"] == "ticket commented"]
    assert MARK not in str(logged)


async def test_the_requester_never_sees_a_note(slack, desk_url, file, reply, session, store):
    card = await file(by=slack.ada)
    before = card.text, card.blocks
    ada = await store.accounts.of_slack_user(slack.ada.id, name="ada")
    headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(ada)}"}
    rest = Caller(session, desk_url, ada.id, "", headers)
    etag = (await rest.get("/api/tickets/1")).headers["ETag"]

    said = await reply(card, MARK, by=slack.olga)
    await slack.event(changed(said, f"{MARK} again", edited=later(said, 1)))

    answers = [await rest.get(f"/api/tickets/1{path}") for path in ("", "/comments")]
    shown = await slack.command("status 1", by=slack.ada)
    assert MARK not in str([answer.body for answer in answers])
    assert answers[0].headers["ETag"] == etag
    assert MARK not in str([shown.text, shown.message.blocks])
    assert (card.text, card.blocks) == before
    assert f"{MARK} again" in words((await slack.command("status 1", by=slack.olga)).message)


async def traces(database):
    """The collections that hold the marked word."""
    return [
        name
        for name in await database.list_collection_names()
        if MARK in str(await database[name].find().to_list())
    ]
