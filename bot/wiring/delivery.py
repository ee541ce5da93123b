"""What delivers: it keeps Slack told of every change, and says what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from bot.alerts.announcer import AlertAnnouncer
from bot.alerts.board import BoardPoster
from bot.alerts.duplicates import DuplicateSweeper
from bot.conversation.greeting import Greeter
from bot.conversation.intake.channels import IntakeRules
from bot.delivery.dispatcher import Dispatcher, Timing
from bot.health import Readiness
from bot.reports.digest import DailyDigest
from bot.runtime.jobs import Timetable
from bot.runtime.metrics import SCAN
from bot.runtime.secrets import short_secrets
from bot.slack.clients import posting_client
from bot.slack.history import SlackHistory
from bot.slack.lookups.channels import ChannelCheck
from bot.slack.lookups.names import NameLearner
from bot.slack.lookups.scopes import deaf, lacking
from bot.slack.poster import SlackPoster
from bot.slack.token_check import TokenCheck
from bot.ticket_messages import TicketMessages, kinds
from bot.wiring import jobs
from core.alerts.rules import AlertRules
from core.clock import Clock
from core.desk.tickets.decisions import Decisions
from core.desk.tickets.unanswered import half_of
from core.people.accounts import Actor
from core.settings import Settings, SlackPlace
from core.sla import Sla
from core.store import Store
from core.tickets import Ticket

# Turns to post that may pass between two edits of the board.
_BOARD = timedelta(seconds=3)


class Deliveries(NamedTuple):
    """What keeps Slack told of every change; nothing runs before its `timetable` is started."""

    timetable: Timetable
    health: Readiness
    token: TokenCheck
    # To be called after every change, so that nobody waits for the next scan.
    changed: Callable[[Ticket, Actor], None]
    # When a channel is to be greeted.
    greet: Callable[[], None]


def wire_delivery(
    store: Store,
    settings: Settings,
    slack: SlackPlace,
    sla: Sla,
    rules: AlertRules,
    intake: IntakeRules,
    clock: Clock,
    *,
    pause: float,
) -> Deliveries:
    """`pause` is the seconds between two posts in a channel."""
    timetable = Timetable()
    token = TokenCheck(posting_client(slack))
    learner = NameLearner(posting_client(slack), store.accounts, token, staff=settings.staff)
    others = sorted(rules.escalations.channels - {slack.channel})
    poster, channels = _posting(store, settings, slack, token, others, pause=pause)
    history = SlackHistory(posting_client(slack), store.looks)
    health = Readiness(
        store,
        poster,
        token,
        history,
        timetable,
        clock,
        lookups={
            "scopes": lambda: lacking(token),
            "events": lambda: deaf(token.workspace),
            "channels": channels.troubles,
            "people": learner.troubles,
            "secret": lambda: short_secrets(settings),
        },
    )
    jobs.look_for_trouble(timetable, health, token, channels, learner, store.accounts.names)
    jobs.keep_in_order(timetable, store, clock)

    timing = _timing(settings)
    dispatcher = Dispatcher(
        store.owed, poster, history, timing, kinds(rules, clock, store.accounts)
    )
    messages = TicketMessages(store.owed, dispatcher)
    poster.is_one_coming = messages.is_one_coming
    paying = jobs.pay(
        timetable,
        messages,
        AlertAnnouncer(store, dispatcher, rules, clock, mentions=settings.mentions_per_hour),
        BoardPoster(store.boards, poster, dispatcher, history, rules, clock, pace=_BOARD * pause),
        DuplicateSweeper(
            store.repeats,
            history,
            posting_client(slack),
            channels=[slack.channel, *others],
            pause=timing.history,
        ),
    )
    changed = jobs.wake_on_change(timetable, store, messages, paying, clock)

    half = half_of(days) if (days := settings.close_waiting_days) is not None else None
    decisions = Decisions(store.tickets, clock, rules, changed)
    waiting = jobs.go_on_waiting(timetable, decisions, sla, half)

    async def scan() -> None:
        """One look for all of them, also at the start: on most desks there is nothing to do most of
        the time."""
        at = clock()
        remind = at - half if half is not None else None
        if not await store.arrears.nothing_to_do(slack.channel, at=at, remind=remind):
            for job in (waiting, *paying):
                job.wake()

    timetable.every(settings.scan_seconds, SCAN, scan)
    digest = DailyDigest(store, poster, sla, clock, at=settings.digest_time, lease=timing.lease)
    timetable.every(settings.scan_seconds, "digest", digest.tell)
    greeter = Greeter(store.greetings, poster, token.workspace, intake, lease=timing.lease)
    greeting = timetable.every(settings.scan_seconds, "greetings", greeter.greet)
    return Deliveries(timetable, health, token, changed, greeting.wake)


def _posting(
    store: Store,
    settings: Settings,
    slack: SlackPlace,
    token: TokenCheck,
    others: Sequence[str],
    *,
    pause: float,
) -> tuple[SlackPoster, ChannelCheck]:
    """What posts, and what knows whether its channels take that: each hears of the other."""

    def taken(answer: Mapping[str, Any]) -> None:
        token.works(answer)
        channels.has_posted(answer)

    poster = SlackPoster(
        posting_client(slack),
        store.turns,
        channel=slack.channel,
        limit=settings.alert_post_seconds,
        pause=pause,
        others=others,
        taken=taken,
    )
    channels = ChannelCheck(
        posting_client(slack), poster.troubles, usual=slack.channel, others=others
    )
    return poster, channels


def _timing(settings: Settings) -> Timing:
    return Timing(
        post=timedelta(seconds=settings.alert_post_seconds),
        lease=timedelta(seconds=settings.alert_lease_seconds),
        history=timedelta(seconds=settings.alert_history_seconds),
    )
