"""What becomes of a ticket at random, and what everybody is to hear of it by the table of
docs/told.md."""

import re
from pathlib import Path

from tests.bot.conftest import button_names, card_of, words

PAGE = (Path(__file__).parents[4] / "docs" / "told.md").read_text()
BOT = "@HelpDesk"

TAKEN = "takes it, or gives it to somebody else"
COMMENTED = "comments"
WAITS = "has it wait for its requester"
ENDED, ENDED_WITH_WORDS = "resolves or closes it", "resolves or closes it with words"
REMINDED = "reminds them of that, as the desk by itself"
CLOSED = "closes it, as the desk by itself"
YOURS = "gives it to them"
REOPENED = "reopens it"
UNHELPFUL = "says that what came of it was not helpful"
ASKED = "says something, as its requester, while they wait for no answer"
ASKED_MORE = "says more, as its requester"
SAYS = {
    TAKEN: " has it",
    COMMENTED: "words ",
    WAITS: "waits for your answer",
    REMINDED: "still waits for your answer",
    CLOSED: "waited for your answer, and none came",
    ENDED: " by ",
    ENDED_WITH_WORDS: "words ",
    YOURS: "is yours",
    REOPENED: "is yours",
    UNHELPFUL: "not helpful",
    ASKED: "words ",
    ASKED_MORE: "waits for an answer",
}


def read(page):
    """What who hears of an event, by what they want to hear."""
    rows = re.findall(r"^\| ([^|]+) \| (requester|assignee) \| (.+) \|$", page, re.MULTILINE)
    return {
        (event, who): dict(zip(("all", "needed", "nothing"), cells.split(" | "), strict=True))
        for event, who, cells in rows
    }


TABLE = read(PAGE)


class History:
    """A ticket of Ada's: what becomes of it, and what everybody is to hear."""

    def __init__(self, slack, program, random, key, question, hears):
        self.slack, self.program, self.random, self.key = slack, program, random, key
        self.question, self.hears = question, hears
        self.agents = {"olga": slack.olga, "amir": slack.amir}
        self.status, self.assignee, self.waits, self.asked = "open", None, False, False
        self.reminded = False
        # Who has a message that shows how it is.
        self.shown = {"ada"} if question else set()
        self.heard = dict.fromkeys(("ada", "olga", "amir"), 0)
        self.new = []
        self.said = 0

    @property
    def is_finished(self):
        return self.status in ("resolved", "closed")

    def tell(self, event, who, person):
        cell = TABLE[event, who][self.hears[person]]
        if cell == "message" or (cell == "first" and person not in self.shown):
            self.heard[person] += 1
            self.new.append((person, SAYS[event]))
            # What is a message of its own shows to a requester not how it is.
            if (who == "assignee" and event != UNHELPFUL) or event == TAKEN:
                self.shown.add(person)

    def became(self, by, *, status=None, assignee=..., waits=False, text=None):
        """What the desk is to do about a change, and to whom."""
        was_finished, waited = self.is_finished, self.waits
        if text or status:
            self.reminded = False
        if status:
            self.status, self.waits = status, waits
        taken = assignee is not ... and assignee != self.assignee
        if taken:
            self.assignee = assignee
        ended = self.is_finished and not was_finished
        taken = taken and self.assignee is not None and not self.is_finished
        if by != "ada":
            if ended:
                self.tell(ENDED_WITH_WORDS if text else ENDED, "requester", "ada")
            if taken:
                self.tell(TAKEN, "requester", "ada")
            if self.waits and not waited:
                self.tell(WAITS, "requester", "ada")
            if text and not ended:
                self.tell(COMMENTED, "requester", "ada")
        if taken and by != self.assignee:
            self.tell(YOURS, "assignee", self.assignee)
        reopened = was_finished and not self.is_finished and self.assignee not in (None, by)
        if reopened:
            self.tell(REOPENED, "assignee", self.assignee)
        if text:
            self.spoken(by, asks=not reopened)

    def spoken(self, by, *, asks):
        if by == "ada":
            if asks and self.assignee and not self.is_finished:
                event = ASKED_MORE if self.asked else ASKED
                self.tell(event, "assignee", self.assignee)
            if self.waits:
                self.status, self.waits = "in_progress" if self.assignee else "open", False
        self.asked = by == "ada"

    async def do(self, line, by, text=""):
        """By a command, or by the desk's name in the thread of the card or of the question."""
        line = " ".join(filter(None, (line, text)))
        verb, rest = f"{line} ".split(" ", 1)
        command, rest = f"{verb} {self.key} {rest}".strip(), rest.strip()
        if by == "ada" and self.question:
            return await self.under(self.question, f"{BOT} {verb} {rest}", self.slack.ada)
        who = self.agents.get(by, self.slack.ada)
        if by != "ada" and not text and self.random.random() < 0.5:
            return await self.under(card_of(self.slack, self.key), f"{BOT} {command}", who)
        return await self.slack.command(command, by=who)

    async def under(self, parent, text, by):
        place = {"channel": f"#{parent.channel.name}", "thread_ts": parent.ts}
        await self.slack.post(text, by=by, **place)

    def some_words(self):
        self.said += 1
        # No ticket's key among them: a verb would take it for the one that is meant.
        return f"words {self.said}"

    def maybe_words(self):
        return self.some_words() if self.random.random() < 0.5 else ""

    def agent(self):
        return self.random.choice(["olga", "amir"])

    async def taken(self):
        if self.is_finished:
            return
        by = self.agent()
        card = card_of(self.slack, self.key)
        if self.assignee is None and "claim" in button_names(card):
            await self.slack.click(card, "claim", by=self.agents[by])
        else:
            await self.do("assign me", by)
        self.became(by, assignee=by)

    async def given(self):
        if self.is_finished:
            return
        by, to = self.agent(), self.agent()
        if self.random.random() < 0.3:
            account = (await self.people.slack_user(self.agents[to].id)).id
            answer = await self.program.patch(f"/api/tickets/{self.key}", {"assignee": account})
            assert answer.status == 200, answer
            by = "robot"
        else:
            await self.do(f"assign @{to}", by)
        self.became(by, assignee=to)

    async def given_up(self):
        by = self.agent()
        await self.do("unassign", by)
        self.became(by, assignee=None)

    async def started(self):
        if self.is_finished or self.status == "in_progress":
            return
        by, text = self.agent(), self.maybe_words()
        await self.do("start", by, text)
        self.became(by, status="in_progress", assignee=self.assignee or by, text=text)

    async def waited(self):
        if self.is_finished:
            return
        by, for_requester = self.agent(), self.random.random() < 0.7
        await self.do("hold" if for_requester else "wait Acme", by)
        self.became(by, status="waiting", waits=for_requester)

    async def forgotten(self):
        self.clock.forward(hours=25)
        await self.looked(1)
        if self.waits and self.reminded:
            self.tell(CLOSED, "requester", "ada")
            self.status, self.waits, self.reminded = "closed", False, False
        elif self.waits:
            self.tell(REMINDED, "requester", "ada")
            self.reminded = True

    async def resolved(self):
        if self.is_finished:
            return
        by, text = self.agent(), self.maybe_words()
        await self.do("resolve", by, text)
        self.became(by, status="resolved", assignee=self.assignee or by, text=text)

    async def resolved_by_program(self):
        if self.is_finished:
            return
        await self.program.patch(f"/api/tickets/{self.key}", {"status": "resolved"})
        self.became("robot", status="resolved")

    async def closed(self):
        if self.status == "closed":
            return
        by = self.random.choice(["olga", "amir", "ada"])
        text = "" if self.is_finished else self.maybe_words()
        await self.do("close", by, text)
        self.became(by, status="closed", text=text)

    async def reopened(self):
        if not self.is_finished:
            return
        by, text = self.random.choice(["olga", "ada", "ada"]), self.maybe_words()
        await self.do("reopen", by, text)
        self.became(by, status="open", text=text)

    async def judged(self):
        asking = [one for one in self.messages()["ada"] if "not_helpful" in button_names(one)]
        if not asking:
            return
        await self.slack.click(asking[-1], "not_helpful", by=self.slack.ada)
        if self.assignee:
            self.tell(UNHELPFUL, "assignee", self.assignee)

    async def answered(self):
        by, text = self.random.choice(["olga", "amir", "robot"]), self.some_words()
        if by == "robot":
            path = f"/api/tickets/{self.key}/comments"
            await self.program.post(path, {"message": text})
        else:
            await self.do("comment", by, text)
        self.became(by, text=text)

    async def asked_by_requester(self):
        text = self.some_words()
        if self.question:
            await self.under(self.question, text, self.slack.ada)
        else:
            await self.slack.command(f"comment {self.key} {text}", by=self.slack.ada)
        self.became("ada", text=text)

    async def noted(self):
        await self.do("note", self.agent(), "the vendor is slow")

    async def prioritised(self):
        await self.do(f"prio {self.random.choice(['low', 'high'])}", self.agent())

    async def repeated(self):
        await self.slack.repeat_last()

    def is_about_it(self, said):
        return self.key in said or "words " in said

    def messages(self):
        """Whatever everybody was told of it by now."""
        there = {"olga": self.slack.olga, "amir": self.slack.amir}
        told = {name: self.slack.direct_messages(who) for name, who in there.items()}
        told["ada"] = self.slack.direct_messages(self.slack.ada)
        if self.question:
            # Beside the message that shows how it is.
            told["ada"] = told["ada"] + self.slack.thread(self.question)[1:]
        return {
            name: [
                one
                for one in messages
                if one.from_bot and not one.ephemeral_to and self.is_about_it(words(one))
            ]
            for name, messages in told.items()
        }
