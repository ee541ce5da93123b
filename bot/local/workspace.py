"""The Slack of one's own machine that stands in while no workspace is connected.

The desk is wired to it exactly as to Slack: signed requests come in, the Web API is called.
"""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files

from pydantic import SecretStr

from bot.local.samples import Cast, file_samples
from bot.local.welcome import WELCOME
from bot.runtime.ports import on_port
from core.desk import Desk
from core.settings import BadSettings, Settings
from core.store import GreetingStore, Store
from localslack import CannotKeep, InUse, Listen, LocalSlack, Manifest, local_slack

# So many of the latest tickets are asked where their messages are.
LATEST = 100


@dataclass(frozen=True)
class LocalWorkspace:
    slack: LocalSlack
    # Those of a desk that is connected to it.
    settings: Settings

    @property
    def page(self) -> str:
        return self.slack.base_url.rstrip("/")

    async def check(self, store: Store) -> None:
        """Raises BadSettings for a database that owes its messages to another Slack."""
        channels = await store.owed.recent_channels(tickets=LATEST)
        if not channels <= self.slack.workspace.channels.keys():
            raise BadSettings(
                "This database belongs to a Slack workspace: set SLACK_BOT_TOKEN and what goes "
                "with it, or another MONGO_URI to try things in the local Slack."
            )

    async def file_samples(self, desk: Desk, greetings: GreetingStore) -> None:
        """A few tickets in an empty desk, if anybody here works on tickets, and a welcome."""
        if (cast := await self._cast(desk)) and await file_samples(desk, cast):
            await greetings.owe(self.slack.general.id, words=WELCOME)

    async def _cast(self, desk: Desk) -> Cast | None:
        slack = self.slack
        likely = (slack.olga, slack.amir, slack.ben, slack.ada)
        staff = [person for person in likely if person.id in self.settings.staff]
        if not staff:
            return None
        players = (slack.ada, slack.ben, staff[0])
        acting = [await desk.people.acting_in_slack(each.id, name=each.name) for each in players]
        return Cast(*acting)


@asynccontextmanager
async def local_workspace(settings: Settings, listen: Listen) -> AsyncIterator[LocalWorkspace]:
    """Runs on loopback, and keeps what was said there for the next time."""
    signing_secret, bot_token = secrets.token_hex(16), f"xoxb-{secrets.token_hex(16)}"
    with as_file(files("bot") / "manifest.yml") as path:
        manifest = Manifest.read(path)
    settings.make_folders()
    async with AsyncExitStack() as stack:
        port = settings.local_slack_port
        with on_port("HELPDESK_LOCAL_SLACK_PORT", port), _keeping(settings):
            slack = await stack.enter_async_context(
                local_slack(
                    manifest=manifest,
                    signing_secret=signing_secret,
                    bot_token=bot_token,
                    port=port,
                    rate_limited=True,
                    keep=settings.desk_data / "slack.db",
                    listen=listen,
                )
            )
        connected = {
            "slack_bot_token": SecretStr(bot_token),
            "slack_signing_secret": SecretStr(signing_secret),
            "slack_app_token": None,
            "slack_api_url": slack.api_url,
            "alert_channel": _channel(slack, settings.alert_channel or "#helpdesk"),
            "agents": settings.agents or [slack.olga.id],
            "admins": settings.admins or [slack.amir.id],
        }
        yield LocalWorkspace(slack, settings.model_copy(update=connected))


@contextmanager
def _keeping(settings: Settings) -> Iterator[None]:
    try:
        yield
    except InUse as error:
        raise BadSettings(
            f"The desk already runs on this data ({settings.desk_data}). Stop it, or give this "
            "one another HELPDESK_DATA, PORT and HELPDESK_LOCAL_SLACK_PORT."
        ) from error
    except CannotKeep as error:
        raise BadSettings(f"{error} Stop what uses it, or set HELPDESK_DATA.") from error


def _channel(slack: LocalSlack, name: str) -> str:
    channel = slack.workspace.channel(name) or slack.workspace.channel(f"#{name}")
    if channel is None or slack.bot.id not in channel.members:
        raise BadSettings(
            "HELPDESK_ALERT_CHANNEL must be a channel of the local Slack, such as #helpdesk, "
            "unless SLACK_BOT_TOKEN is set."
        )
    return channel.id
