"""What was acknowledged, and whether that is how it is afterwards."""

import asyncio
from collections import Counter

import aiohttp

REPEATED = 409
UNAVAILABLE = 503


class Ledger:
    """Everything that was asked for, by its title or words, and what came of it."""

    def __init__(self):
        # Title -> the ticket's id, or None until it was acknowledged.
        self.filed = {}
        # Words -> the ticket's id where the comment was acknowledged, or None.
        self.commented = {}
        # Title -> whether Slack had an answer that says so.
        self.in_slack = {}
        # What nobody should ever be answered.
        self.odd = []
        self._one_form = asyncio.Lock()

    @property
    def acknowledged(self):
        done = [*self.filed.values(), *self.commented.values(), *self.in_slack.values()]
        return sum(1 for each in done if each)

    async def file(self, caller, title, priority):
        """Over REST, repeated with its key until it is answered."""
        self.filed[title] = None
        body = {"title": title, "priority": priority}
        answer = await self._until_answered(caller, "/api/tickets", body, key=title)
        repeated = answer.status == REPEATED
        self.filed[title] = answer.body["ticket_id" if repeated else "_id"]
        return self.filed[title]

    async def comment(self, caller, ticket, words):
        self.commented[words] = None
        path = f"/api/tickets/{ticket}/comments"
        await self._until_answered(caller, path, {"message": words}, key=words.replace(" ", "-"))
        self.commented[words] = ticket

    async def command(self, slack, title, by):
        self.in_slack[title] = False
        answer = await slack.command(f"new high {title}", by=by)
        self.in_slack[title] = not answer.failure and "is filed" in answer.text

    async def form(self, slack, title, by):
        """A person fills in one form at a time; what gets no answer is not sent again."""
        async with self._one_form:
            asked = await slack.command("new", by=by)
            try:
                modal = await slack.modal(by=by, after=asked, seconds=0 if asked.failure else 2)
            except AssertionError:
                return
            self.in_slack[title] = False
            answer = await slack.submit(modal, by=by, title=title, priority="high")
            self.in_slack[title] = not answer.failure and not answer.errors

    async def _until_answered(self, caller, path, body, *, key):
        while True:
            try:
                answer = await caller().post(
                    path,
                    body,
                    headers={"Idempotency-Key": key},
                    timeout=aiohttp.ClientTimeout(total=8),
                )
            except (aiohttp.ClientError, OSError, TimeoutError):
                await asyncio.sleep(0.05)
                continue
            if answer.status in (200, 201, REPEATED):
                return answer
            if answer.status != UNAVAILABLE or "Retry-After" not in answer.headers:
                self.odd.append(f"{path}: {answer.status} {answer.body}")
            await asyncio.sleep(0.05)

    async def breaches(self, database):
        """Sentences about what was promised and is not so."""
        documents = await database["tickets"].find({}).to_list()
        titles = Counter(document["title"] for document in documents)
        comments = Counter(
            (str(document["_id"]), comment["message"])
            for document in documents
            for comment in document.get("comments", [])
        )
        ids = {str(document["_id"]) for document in documents}
        wrong = [f"answered oddly: {each}" for each in self.odd]
        wrong += [f"{title!r} is there {n} times" for title, n in titles.items() if n > 1]
        wrong += [
            f"the comment {words} is there {n} times" for words, n in comments.items() if n > 1
        ]
        wrong += [f"{t!r} is lost" for t, id in self.filed.items() if id and id not in ids]
        wrong += [f"{t!r} is lost" for t, done in self.in_slack.items() if done and not titles[t]]
        wrong += [
            f"the comment {words!r} is lost"
            for words, id in self.commented.items()
            if id and not comments[id, words]
        ]
        return wrong


def alerts_in(slack, *, deleted=False):
    return [
        message
        for message in slack.workspace.messages
        if (message.metadata or {}).get("event_type") == "helpdesk_alert"
        and message.deleted == deleted
    ]


def announced(slack, *, deleted=False):
    """The identities of all announced breaches, with repeats; those deleted again on demand."""
    return [
        identity
        for message in alerts_in(slack, deleted=deleted)
        for identity in message.metadata["event_payload"]["alerts"]
    ]


def identity(document, channel):
    due = round(document["sla_due"].timestamp() * 1000)
    return f"breach:{document['_id']}:{due}:{channel}"


async def due_alerts(database, channel, late):
    """The identities that have to be in the channel: of the tickets with these priorities."""
    due = database["tickets"].find({"priority": {"$in": late}}, {"sla_due": 1})
    return {identity(document, channel) for document in await due.to_list()}


async def named(database, identities, channel):
    """The same with all that it announces in place of each batch."""
    every = []
    for each in identities:
        if not each.startswith("batch-"):
            every.append(each)
            continue
        async for document in database["tickets"].find({"alert.batches.name": each}):
            for batch in document["alert"]["batches"]:
                if batch["name"] == each:
                    kind, due = batch["ring"].split(":")
                    every.append(f"{kind}:{document['_id']}:{due}:{channel}")
    return every


async def misannounced(slack, database, late=("high",)):
    """Sentences about breaches that were announced twice, never, or without being any."""
    expected = await due_alerts(database, slack.helpdesk.id, late)
    said = Counter(await named(database, announced(slack), slack.helpdesk.id))
    unsaid = expected - said.keys() - await _put_aside(database, slack.helpdesk.id)
    wrong = [f"{alert} was never announced" for alert in unsaid]
    wrong += [f"{alert} was announced {n} times" for alert, n in said.items() if n > 1]
    return wrong + [f"{alert} was announced and is none" for alert in said.keys() - expected]


async def _put_aside(database, channel):
    """The identities of full tickets that /readyz names instead."""
    named = [row["_id"] for row in await database["full_tickets"].find().to_list()]
    full = database["tickets"].find({"_id": {"$in": named}}, {"sla_due": 1})
    return {identity(document, channel) for document in await full.to_list()}


def doubled_cards(slack):
    cards = Counter(
        message.metadata["event_payload"]["ticket"]
        for message in slack.messages(slack.helpdesk)
        if (message.metadata or {}).get("event_type") == "helpdesk_card"
    )
    return [f"the card of {ticket} is there {n} times" for ticket, n in cards.items() if n > 1]
