"""A scripted day in one channel and its threads, as it is when Slack tells of everything, and with
holes that are drawn from a seed."""

import asyncio
import re
import time
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.tickets.shortcuts import CREATE_TICKET
from localslack import Fault, local_slack
from localslack.dispatch import events
from tests.bot.conftest import BOT_TOKEN, MANIFEST, SIGNING_SECRET
from tests.conftest import LONGEST_WAIT, SECRET
from tests.faults.processes import Desk
from tests.faults.script import SCRIPT
from tests.support.deliveries import nothing_is_owed

BASE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
# A desk that is killed stays away so long.
AWAY = 20
# What nobody can find who did not hear of it: words that are gone, and how often they changed.
_UNSEEN = ("edited", "withdrawn")
_TIMES = re.compile(r"<!date\^\d+\^[^>]*>|http://[^|>]+")


class Day:
    """Slack, whose clock the script sets, and a desk that goes by the same one."""

    def __init__(self, slack, desk, database, session, minutes):
        self._minutes = minutes
        self.slack = slack
        self.desk = desk
        self.database = database
        self.session = session
        self.said = {}

    def at(self, minute):
        self._minutes["now"] = minute
        self.desk.clock_off(BASE.timestamp() + 60 * minute - time.time())

    async def up(self):
        await self.desk.start()
        await self.desk.serves(self.session)
        await self.slack.until(lambda: self.slack.sockets.count)

    async def answered(self, line, by):
        answer = await self.slack.command(line, by=by)
        assert not answer.failure, answer

    async def filed_from(self, text, by):
        asked = await self.slack.post(text, by=by)
        await self.slack.message_shortcut(CREATE_TICKET, asked, by=self.slack.olga)
        await self.slack.submit(await self.slack.modal(by=self.slack.olga), by=self.slack.olga)
        return asked

    async def settled(self):
        await nothing_is_owed(self.database)
        await self.slack.settled()

    async def down(self):
        """Killed, with nothing under way to Slack: its clock is the script's and MongoDB's is not,
        so that nobody could find what was. That is for the rounds of faults."""
        await self.settled()
        await self.desk.kill()

    async def caught_up(self):
        """By one start."""
        await self.down()
        turn = await self.database.turns.find_one({"_id": "catching up"})
        await self.up()
        async with asyncio.timeout(LONGEST_WAIT):
            while (await self.database.turns.find_one({"_id": "catching up"}))["at"] == turn["at"]:
                await asyncio.sleep(0.05)
        await self.settled()


@asynccontextmanager
async def begun(folder, forks, mongo_uri, database, session):
    """The morning, of which Slack tells: four tickets, three of which people talk about."""
    for name in await database.list_collection_names():
        if name != "migrations":
            await database[name].delete_many({})
    minutes = {"now": 0}
    async with local_slack(
        manifest=MANIFEST,
        signing_secret=SIGNING_SECRET,
        bot_token=BOT_TOKEN,
        now=lambda: BASE.timestamp() + 60 * minutes["now"],
    ) as slack:
        desk = Desk(forks, "desk", folder, settings_of(slack, mongo_uri, folder), 0.0)
        day = Day(slack, desk, database, session, minutes)
        day.at(0)
        try:
            await day.up()
            for person in (slack.ada, slack.ben, slack.olga, slack.amir):
                await day.answered("help", person)
            await day.answered("new high The VPN is down", slack.ada)
            day.said["printer"] = await day.filed_from("The printer burns", slack.ada)
            day.said["mail"] = await day.filed_from("Mail is slow", slack.ben)
            await day.answered("new medium My key is lost", slack.ben)
            await day.answered("hold 4", slack.olga)
            await day.settled()
            for number, name in ((1, "vpn"), (4, "key")):
                day.said[name] = next(
                    one
                    for one in slack.messages("#helpdesk")
                    if one.text.startswith(f"T-{number} ")
                )
            yield day
        finally:
            await desk.kill()


def settings_of(slack, mongo_uri, folder):
    return {
        "MONGO_URI": mongo_uri,
        "JWT_SECRET": SECRET,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "HELPDESK_ALERT_CHANNEL": slack.helpdesk.id,
        "HELPDESK_AGENTS": slack.olga.id,
        "HELPDESK_ADMINS": slack.amir.id,
        "HELPDESK_SLA_HOURS": '{"high":240,"medium":240,"low":240}',
        "HELPDESK_DIGEST_TIME": "off",
        "HELPDESK_RATE_LIMIT": "off",
        "HELPDESK_ANONYMOUS_RATE_LIMIT": "off",
        "HELPDESK_SCAN_SECONDS": 0.2,
        "HELPDESK_ALERT_POST_SECONDS": 20,
        "HELPDESK_ALERT_LEASE_SECONDS": 45,
        "HELPDESK_ALERT_HISTORY_SECONDS": 0.5,
        "HELPDESK_CATCH_UP_SECONDS": 86400,
        "HELPDESK_DATA": str(folder),
    }


async def played(day):
    """All of it, and Slack tells of all."""
    for minute, step in SCRIPT:
        day.at(minute)
        await step(day)
    day.at(480)
    await day.settled()


async def played_with_holes(day, chance):
    """A third of the events is lost, others come six hours late or twice; for twenty minutes there
    is no desk, and its connection is cut now and then."""
    killed = chance.randrange(60, 380)
    down = False
    for minute, step in SCRIPT:
        day.at(minute)
        if killed <= minute < killed + AWAY and not down:
            await day.down()
            down = True
        elif down and minute >= killed + AWAY:
            await day.up()
            down = False
        if not down and chance.random() < 0.1:
            await day.slack.sockets.close(None)
            await day.slack.until(lambda: day.slack.sockets.count)
        drawn = chance.random()
        if drawn < 0.8:
            fault = Fault.lost if drawn < 0.35 else Fault.held if drawn < 0.55 else Fault.repeated
            day.slack.fail("event", fault(when=_of_people))
        await step(day)
        day.slack.heal("event")
    if down:
        await day.up()
    day.at(480)
    await delivered(day, lambda event: chance.random() < 0.5 or _is_of_what_is_gone(event, day))
    await day.caught_up()
    await delivered(day, lambda event: True)
    await day.settled()


async def delivered(day, such):
    """The latest first."""

    def order(held):
        return [each for each in reversed(held) if such(each["event"])]

    await day.slack.deliver_held(order)


def _is_of_what_is_gone(event, day):
    """What comes after it was looked for is taken for what is there."""
    return event["ts"] == day.said["m3"].ts


def _of_people(event):
    return not events.of_the_app(event)


async def kept(day):
    """What the tickets are, but for when the desk heard of it, and what nobody can know who did not
    hear of it in time."""
    found = {}
    async for one in day.database.tickets.find():
        found[one["title"]] = {
            **{name: one[name] for name in ("status", "priority")},
            "requester": one["requester"]["slack_id"],
            "assignee": one["assignee"] and one["assignee"]["slack_id"],
            "answered": _minute(one.get("first_responded_at")),
            "paused": [
                # When it was resolved is when the desk heard that.
                (p["waiting_for"], p["waiting_for"] and _minute(p["since"]), _minute(p["until"]))
                for p in one.get("pauses", ())
            ],
            "said": sorted(
                (
                    c["message"],
                    c["author"]["slack_id"],
                    c.get("internal", False),
                    _minute(c["created_at"]) if "source" in c else None,
                )
                for c in one["comments"]
                if c["message"]
            ),
            "timeline": Counter(
                (entry["what"], entry["by"]["slack_id"], *sorted(entry.get("changes", ())))
                for entry in one["timeline"]
                if entry["what"] not in _UNSEEN
                # Of words that are gone, the timeline knows that there were some.
                and (entry["what"] != "commented" or _stands(one, entry))
            ),
        }
    return found


def differing(these, those):
    """What tickets are not alike in."""
    names = sorted({*these, *those})
    pairs = [(name, these.get(name, {}), those.get(name, {})) for name in names]
    return [
        (name, field, one.get(field), other.get(field))
        for name, one, other in pairs
        for field in sorted({*one, *other})
        if one.get(field) != other.get(field)
    ]


def _stands(ticket, entry):
    gone = [c["created_at"] for c in ticket["comments"] if not c["message"]]
    return entry["at"] not in gone


def seen(day):
    """What people read of the desk's, in any order."""
    slack, found = day.slack, Counter()
    for channel in slack.workspace.channels.values():
        for one in slack.workspace.in_channel(channel):
            if one.from_bot and not one.ephemeral_to and "withdrew" not in one.text:
                parent = one.thread_ts and slack.workspace.find(channel, one.thread_ts)
                words = _TIMES.sub("TIME", f"{one.text}\n{_texts(one.blocks)}")
                found[channel.name, parent.text[:20] if parent else None, words] += 1
    return found


def twice(day):
    """What one of them alone was told more than once."""
    told = Counter(
        (one.ephemeral_to, one.thread_ts, one.text)
        for one in day.slack.workspace.messages
        if one.ephemeral_to
    )
    return [told for told, times in told.items() if times > 1]


def _texts(value):
    if isinstance(value, dict):
        return " ".join(
            str(part) if name == "text" and isinstance(part, str) else _texts(part)
            for name, part in value.items()
        )
    return " ".join(map(_texts, value)) if isinstance(value, list) else ""


def _minute(at):
    return at and round((at - BASE).total_seconds() // 60)
