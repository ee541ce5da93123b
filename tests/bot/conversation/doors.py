"""What four people and two programs do at the desk, by every door that there is, and the books that
are kept of it: what was said on which ticket, by whom, where, and for whose eyes."""

from dataclasses import dataclass, replace

from bot.conversation.intake.adding import ADD_TO_TICKET, CHOSEN
from bot.slack.metadata import CARD
from bot.tickets.shortcuts import CREATE_TICKET
from tests.bot.alerts.test_announcer import alerts_in
from tests.bot.conftest import card_of
from tests.bot.conversation.conftest import known
from tests.support.deliveries import nothing_is_owed

DESK, ASKED = "under the card", "where it was asked"
BOT = "@HelpDesk"


@dataclass(frozen=True)
class Word:
    """Something said on a ticket; `where` is empty if it was in none of its threads."""

    ticket: str
    words: str
    who: str
    where: str = ""
    internal: bool = False
    edits: int = 0
    withdrawn: bool = False


class Doors:
    """Whatever somebody does is done, and told to everybody, before the next thing."""

    def __init__(self, slack, store, database, programs):
        self.slack = slack
        self.programs = programs
        self._store = store
        self._database = database
        # By what a ticket is called in the script: the message, or receipt, in whose thread its
        # requester is; and its key.
        self.asked = {}
        self.keys = {}
        self.books = []
        self._said = {}

    def person(self, name):
        return getattr(self.slack, name)

    async def settled(self):
        await nothing_is_owed(self._database)
        await self.slack.settled()

    async def again(self):
        """The same once more, to the letter, as the last request was."""
        assert (await self.slack.repeat_last()).status == 200

    def card(self, ticket):
        return card_of(self.slack, self.keys[ticket])

    def requesters_card(self, ticket):
        """Or their receipt."""
        thread = [one for one in self.slack.thread(self.asked[ticket]) if one.from_bot]
        return thread[0] if thread else self.asked[ticket]

    async def filed(self, ticket, asked=None, *, receipt_to=None):
        """Waits until it is, and everybody knows; a ticket without a message has a receipt."""
        card = await self.slack.until(self._newest_card)
        self.keys[ticket] = card.text.split(" ")[0]
        await self.settled()
        await known(self._store, self.card(ticket))
        if receipt_to:
            asked = self.slack.direct_messages(receipt_to)[-1]
            await known(self._store, asked)
        self.asked[ticket] = asked

    def _newest_card(self):
        there = self.slack.messages("#helpdesk")
        cards = [one for one in there if (one.metadata or {}).get("event_type") == CARD]
        return cards[-1] if len(cards) > len(self.keys) else None

    def _note(self, ticket, words, who, **more):
        self.books.append(Word(ticket, words, who, **more))

    def _note_instead(self, word, **changed):
        self.books[self.books.index(word)] = replace(word, **changed)

    def _word(self, words):
        return next(word for word in self.books if word.words == words)

    # What becomes a ticket.

    async def ask(self, text, who, *, channel="#general"):
        return await self.slack.post(text, by=self.person(who), channel=channel)

    async def by_message_shortcut(self, ticket, text, who, *, made_by, priority):
        asked, by = await self.ask(text, who), self.person(made_by)
        await self.slack.message_shortcut(CREATE_TICKET, asked, by=by)
        await self._sent(await self.slack.modal(by=by), made_by, priority=priority)
        await self.filed(ticket, asked)

    async def by_mention(self, ticket, text, who):
        await self.filed(ticket, await self.ask(f"{BOT} {text}", who))

    async def by_reaction(self, ticket, text, who, *, made_by):
        asked = await self.ask(text, who)
        await self.slack.react(asked, "ticket", by=self.person(made_by))
        await self.filed(ticket, asked)

    async def by_direct_message(self, ticket, text, who):
        by = self.person(who)
        asked = await self.ask(text, who, channel=self.slack.direct(by))
        offer = await self.slack.until(lambda: self._offer_to(by))
        await self.slack.click(offer, "Open", by=by)
        await self.again()
        await self.slack.until(lambda: self._offer_to(by) is None)
        await self.filed(ticket, asked)

    def _offer_to(self, person):
        there = self.slack.direct_messages(person)
        return next((one for one in there if one.text.startswith("Open a ticket?")), None)

    async def by_form(self, ticket, title, who, priority):
        await self.slack.command("new", by=self.person(who))
        await self._file(ticket, title, who, priority)

    async def by_global_shortcut(self, ticket, title, who, priority):
        await self.slack.shortcut("new_ticket", by=self.person(who))
        await self._file(ticket, title, who, priority)

    async def _file(self, ticket, title, who, priority):
        by = self.person(who)
        await self._sent(await self.slack.modal(by=by), who, title=title, priority=priority)
        await self.slack.until(lambda: self._receipt_of(by, title))
        await self.filed(ticket, receipt_to=by)

    def _receipt_of(self, person, title):
        return [one for one in self.slack.direct_messages(person) if title in one.text]

    async def by_command(self, ticket, line, who):
        await self.command(f"new {line}", who)
        await self.filed(ticket)

    async def by_program(self, ticket, program, title):
        asked = {"json": {"title": title}, "headers": {"Idempotency-Key": "one"}}
        program = self.programs[program]
        answers = [await program.post("/api/tickets", **asked) for _ in range(2)]
        assert [answer.status for answer in answers] == [201, 409]
        await self.filed(ticket)

    # What is said on one.

    async def say(self, ticket, words, who, where, *, verb="", internal=False):
        """In a thread; behind a `verb` it is a mention."""
        parent = self.card(ticket) if where == DESK else self.asked[ticket]
        text = f"{BOT} {verb} {words}" if verb else words
        by, there = self.person(who), {"channel": parent.channel, "thread_ts": parent.ts}
        self._said[words] = await self.slack.post(text, by=by, **there)
        self._note(ticket, words, who, where=where, internal=internal)

    async def verb(self, ticket, verb, who):
        parent = self.card(ticket)
        there = {"channel": parent.channel, "thread_ts": parent.ts}
        await self.slack.post(f"{BOT} {verb}", by=self.person(who), **there)

    async def edit(self, words, new):
        word, said = self._word(words), self._said.pop(words)
        await self.slack.edit(said, new, by=self.person(word.who))
        self._said[new] = said
        self._note_instead(word, words=new, edits=word.edits + 1)

    async def withdraw(self, words):
        word = self._word(words)
        await self.slack.delete(self._said[words], by=self.person(word.who))
        self._note_instead(word, withdrawn=True)

    async def add(self, ticket, words, who, *, added_by):
        """Said elsewhere, and added to it."""
        said, by = await self.ask(words, who), self.person(added_by)
        await self.slack.message_shortcut(ADD_TO_TICKET, said, by=by)
        form = await self.slack.modal(by=by)
        answer = await self.slack.suggest(form, CHOSEN, CHOSEN, self.keys[ticket], by=by)
        [option] = answer.suggested["options"]
        # Whoever sends it once more is told once more.
        await self._sent(form, added_by, again=False, **{CHOSEN: option["value"]})
        self._note(ticket, words, who)

    async def reply(self, ticket, words, who):
        by = self.person(who)
        await self.slack.click(self.card(ticket), "reply", by=by)
        await self._sent(await self.slack.modal(by=by), who, message=words)
        self._note(ticket, words, who)

    async def comment(self, ticket, words, who, *, verb="comment"):
        await self.command(f"{verb} {self.keys[ticket]} {words}", who)
        self._note(ticket, words, who, internal=verb == "note")

    async def directly(self, ticket, verb, words, who):
        """A command in their direct messages, and words with it."""
        by = self.person(who)
        text = f"{verb} {self.keys[ticket]} {words}"
        await self.slack.post(text, by=by, channel=self.slack.direct(by))
        self._note(ticket, words, who, where=ASKED)

    async def comment_by_program(self, ticket, words, program, *, internal=False):
        said = {"message": words, "internal": internal}
        answer = await self.programs[program].post(
            f"/api/tickets/{self.keys[ticket]}/comments", said
        )
        assert answer.status == 201, answer
        self._note(ticket, words, program, internal=internal)

    # What is done with one.

    async def command(self, line, who):
        answer = await self.slack.command(line, by=self.person(who))
        assert not answer.failure, answer
        await self.again()

    async def command_about(self, ticket, line, who):
        verb, *others = line.split(" ")
        await self.command(" ".join([verb, self.keys[ticket], *others]), who)

    async def press_on_card(self, ticket, what, who):
        await self._press(self.card(ticket), what, who)

    async def press_where_it_was_asked(self, ticket, what, who):
        await self._press(self.requesters_card(ticket), what, who)

    async def _press(self, message, what, who):
        await self.slack.click(message, what, by=self.person(who))
        await self.again()

    async def acknowledge_the_alert(self, ticket, who):
        alerts = await self.slack.until(lambda: alerts_in(self.slack))
        [alert] = [one for one in alerts if self.keys[ticket] in one.text]
        await self._press(alert, "acknowledge", who)

    async def reopen_where_it_was_told(self, who):
        def told():
            there = self.slack.seen_by(self.person(who), "#general")
            return next((one for one in there if "Resolved by" in one.text), None)

        await self._press(await self.slack.until(told), "reopen", who)

    async def reword(self, ticket, title, who):
        await self.slack.command(f"edit {self.keys[ticket]}", by=self.person(who))
        await self._sent(await self.slack.modal(by=self.person(who)), who, title=title)

    async def resolve_by_program(self, ticket, program):
        at = f"/api/tickets/{self.keys[ticket]}"
        found = (await self.programs[program].get(at)).body
        change = {"status": "resolved", "version": found["version"]}
        answer = await self.programs[program].patch(at, change)
        assert answer.status == 200, answer

    async def _sent(self, form, who, *, again=True, **fields):
        answer = await self.slack.submit(form, by=self.person(who), **fields)
        assert (answer.failure, answer.errors) == ("", {})
        if again:
            await self.again()
