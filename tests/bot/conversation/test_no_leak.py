"""Random conversations in which all internal words carry a mark: it is in nothing that the
requester can read, nor in anything that was sent to where they read and edited since."""

import os
from random import Random

import pytest

from bot.tickets.shortcuts import CREATE_TICKET
from core.people.accounts import Role
from tests.bot.conftest import card_of
from tests.conftest import SECRET, Caller, Tokens
from tests.support.deliveries import nothing_is_owed

BOT = "@HelpDesk"
MARK = "qzxmark"
# Of so many conversations each: apart, they can be had at the same time.
CONVERSATIONS = 20
PORTIONS = 10 if os.environ.get("EXAMPLES") == "all" else 1
STEPS = 8


class Talk:
    """A conversation about one ticket, through every door."""

    def __init__(self, slack, program, question, card, number):
        self.slack, self.program = slack, program
        self.question, self.card, self.number = question, card, number
        self.notes = []
        self.said = 0

    @property
    def words(self):
        self.said += 1
        return f"words {self.number} {self.said}"

    @property
    def secret(self):
        return f"{MARK} {self.words}"

    async def under_card(self, text, by):
        there = {"channel": "#helpdesk", "thread_ts": self.card.ts}
        return await self.slack.post(text, by=by, **there)

    async def under_question(self, text, by):
        there = {"channel": "#general", "thread_ts": self.question.ts}
        return await self.slack.post(text, by=by, **there)

    async def note_by_place(self):
        self.notes.append(await self.under_card(self.secret, self.slack.olga))

    async def note_edited(self):
        if self.notes:
            await self.slack.edit(self.notes[-1], self.secret, by=self.slack.olga)

    async def note_withdrawn(self):
        if self.notes:
            await self.slack.delete(self.notes.pop(), by=self.slack.olga)

    async def note_by_mention(self):
        await self.under_card(f"{BOT} note {self.secret}", self.slack.amir)

    async def note_by_command(self):
        await self.slack.command(f"note {self.number} {self.secret}", by=self.slack.olga)

    async def note_by_program(self):
        note = {"message": self.secret, "internal": True}
        await self.program.post(f"/api/tickets/{self.number}/comments", note)

    async def answer_by_mention(self):
        await self.under_card(f"{BOT} reply {self.words}", self.slack.olga)

    async def answer_by_command(self):
        await self.slack.command(f"comment {self.number} {self.words}", by=self.slack.olga)

    async def answer_by_program(self):
        answer = {"message": self.words}
        await self.program.post(f"/api/tickets/{self.number}/comments", answer)

    async def answer_by_place(self):
        await self.under_question(self.words, self.slack.olga)

    async def asked_by_requester(self):
        said = await self.under_question(self.words, self.slack.ada)
        await self.slack.edit(said, self.words, by=self.slack.ada)

    async def asked_under_the_card(self):
        await self.under_card(self.words, self.slack.ada)

    async def decided(self, verb, by):
        await self.slack.command(f"{verb} {self.number}", by=by)

    async def claimed(self):
        await self.decided("claim", self.slack.olga)

    async def waits(self):
        await self.decided("hold", self.slack.olga)

    async def resolved(self):
        await self.under_card(f"{BOT} resolve {self.words}", self.slack.olga)

    async def reopened(self):
        await self.decided("reopen", self.slack.ada)

    async def looked_up(self):
        for line in ("status", "why"):
            await self.decided(line, self.slack.ada)


STEP_NAMES = [name for name in vars(Talk) if not name.startswith("_")]
STEP_NAMES = [name for name in STEP_NAMES if name not in ("words", "secret", "decided")]
STEP_NAMES = [name for name in STEP_NAMES if not name.startswith("under_")]


@pytest.fixture
async def requester(session, desk_url, slack, store, password_hash):
    """Ada's own program."""
    account = await store.accounts.link(
        slack.ada.id,
        name="Ada",
        email="ada@example.com",
        password_hash=password_hash,
        role=Role.USER,
    )
    headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
    return Caller(session, desk_url, account.id, account.email, headers)


@pytest.mark.parametrize("portion", range(PORTIONS))
async def test_no_internal_word_reaches_the_requester(slack, program, requester, database, portion):
    random, sent = Random(portion), len(slack.calls)
    for number in range(1, CONVERSATIONS + 1):
        question = await slack.post(f"Question {number}", by=slack.ada, channel="#general")
        if random.random() < 0.7:
            await slack.message_shortcut(CREATE_TICKET, question, by=slack.olga)
            await slack.submit(await slack.modal(by=slack.olga), by=slack.olga)
        else:
            # Without a message: what is for its requester comes by direct message.
            await slack.command(f"new low Question {number}", by=slack.ada)
        card = await slack.until(lambda key=f"T-{number}": card_of(slack, key))
        await nothing_is_owed(database)
        talk = Talk(slack, program, question, card, number)
        for step in random.choices(STEP_NAMES, k=STEPS):
            await getattr(talk, step)()
        await nothing_is_owed(database)
        for call in slack.calls[sent:] if len(slack.calls) > sent else slack.calls:
            if call.method in ("chat.postMessage", "chat.update"):
                at_the_desk = call.given["channel"] == slack.helpdesk.id
                assert at_the_desk or MARK not in str(call.given), call
        sent = len(slack.calls)
        shown = await read_over_rest(requester, number)
        assert MARK not in shown, shown
    shown = read_in_slack(slack)
    assert "Question 1" in shown
    assert MARK not in shown
    assert await database.tickets.count_documents({"comments.message": {"$regex": MARK}})
    assert (await program.get(f"/api/tickets?q={MARK}")).body["items"]


def read_in_slack(slack):
    there = slack.seen_by(slack.ada, "#general") + slack.direct_messages(slack.ada)
    there += [one for one in slack.seen_by(slack.ada, "#helpdesk") if one.ephemeral_to]
    return "\n".join(f"{one.text} {one.blocks} {one.metadata}" for one in there)


async def read_over_rest(requester, number):
    one, read = f"/api/tickets/{number}", []
    lists, by_words = "/api/tickets?limit=100", f"/api/tickets?q={MARK}"
    whole = (one, f"{one}/comments", f"{one}/clock", f"{one}/timeline?limit=100")
    for path in (*whole, lists, by_words, f"{by_words}+words"):
        answer = await requester.get(path)
        assert answer.status == 200, answer
        assert MARK not in path or not answer.body["items"]
        read += [str(answer.body), str(answer.headers)]
    return "\n".join(read)


async def test_a_note_is_nothing_that_changes_for_the_requester(slack, file, program, requester):
    """Neither the version nor the ETag nor when it was changed says that there is one."""
    await file(by=slack.ada)
    before = await requester.get("/api/tickets/1")

    await program.post("/api/tickets/1/comments", {"message": MARK, "internal": True})

    after = await requester.get("/api/tickets/1")
    assert (after.body, after.headers["ETag"]) == (before.body, before.headers["ETag"])
