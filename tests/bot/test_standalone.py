"""A MongoDB that is no replica set does all but link accounts, and /readyz says so."""

from datetime import timedelta

import pytest
from bson import ObjectId

from bot.health import Readiness
from bot.runtime.jobs import Timetable
from bot.slack.history import SlackHistory
from bot.slack.poster import SlackPoster
from bot.slack.token_check import TokenCheck
from core.desk import Desk
from core.errors import WrongState
from core.people.accounts import Actor, Role, Via
from core.store.mongo.embedded import installed_mongod
from core.tickets import Changes, NewTicket, Status
from tests.conftest import SLA
from tests.support.lone_mongod import lone_mongod

OLGA = Actor(str(ObjectId()), "Olga", Role.AGENT, Via.REST)
NEEDED = "no replica set, which linking needs"


@pytest.mark.skipif(installed_mongod() is None, reason="there is no mongod to start")
async def test_closed_tickets_go_and_who_links_is_told_what_that_needs(
    another_store, people, client, slack, tmp_path, clock
):
    async with lone_mongod(tmp_path / "lone") as uri:
        store = await another_store(uri)
        await store.prepare()
        desk = Desk(store.tickets, people, SLA, clock)
        filed = await desk.open_ticket(NewTicket(title="VPN"), by=OLGA)
        await desk.change_ticket(filed.ticket.id, Changes(status=Status.CLOSED), by=OLGA)
        poster = SlackPoster(client, store.turns, channel=slack.helpdesk.id, limit=1, pause=0)
        history = SlackHistory(client, store.looks)
        health = Readiness(store, poster, TokenCheck(client), history, Timetable(), clock)

        [told] = await health.problems()
        gone = await store.retention.remove(closed_before=clock(), limit=9)
        someone = await store.accounts.of_slack_user("U0ADA", name="ada")
        links = store.accounts.links
        with pytest.raises(WrongState, match=NEEDED):
            await links.give(someone.id, "digest", at=clock())
        with pytest.raises(WrongState, match=NEEDED):
            await links.join(someone, someone, patience=timedelta(0))

    assert (told.name, told.breaks) == ("replica_set", False)
    assert gone == 1
