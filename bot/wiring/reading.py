"""What Slack did not tell of is read, and heard all the same."""

from collections.abc import Callable

from slack_bolt.async_app import AsyncApp

from bot.conversation.catching_up.door import Door
from bot.conversation.catching_up.passes import PAUSE, CatchingUp
from bot.conversation.catching_up.reader import Reader
from bot.conversation.catching_up.steps import Steps
from bot.slack.clients import posting_client
from bot.wiring.delivery import Deliveries
from core.clock import Clock
from core.settings import Settings, SlackPlace
from core.settings.intake import Mode
from core.store import Store


def wire_reading(
    store: Store,
    settings: Settings,
    slack: SlackPlace,
    bolt: AsyncApp,
    clock: Clock,
    deliveries: Deliveries,
) -> Callable[[], None]:
    """To be called when something that Slack told of may have been lost."""
    workspace, door = deliveries.token.workspace, Door(bolt)
    asked_in = [channel for channel, mode in settings.intake.items() if mode is Mode.EVERY]
    catching_up = CatchingUp(
        Steps(Reader(posting_client(slack)), store.readings, door, workspace, clock),
        store.readings,
        store.looks,
        workspace,
        clock,
        channels=[slack.channel, *asked_in],
        every=settings.catch_up_seconds,
    )
    seconds = min(settings.catch_up_seconds, PAUSE)
    job = deliveries.timetable.every(seconds, "catching up", catching_up.turn)
    deliveries.token.known = job.wake

    def heard_in(channel: str) -> None:
        if catching_up.hears_in(channel):
            job.wake()

    door.heard_in = heard_in

    def missed_some() -> None:
        catching_up.missed_some()
        job.wake()

    return missed_some
