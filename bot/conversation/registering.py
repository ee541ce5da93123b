"""All that listens to what people say in Slack, and to their signs that a message is a ticket."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation import listener
from bot.conversation.intake import adding, offers, reactions
from bot.conversation.intake.channels import Intake, IntakeRules
from bot.conversation.intake.earlier import Earlier
from bot.conversation.mentions import Mentions
from bot.conversation.rewording import Rewording
from bot.conversation.telling import Pointed, Telling
from bot.runtime.background import Background
from bot.slack.token_check import TokenCheck
from bot.tickets import shortcuts
from core.desk import Desk
from core.people.accounts import Actor
from core.store import Store
from core.tickets import SlackMessage, Ticket


def register(
    app: AsyncApp,
    desk: Desk,
    background: Background,
    client: AsyncWebClient,
    token: TokenCheck,
    store: Store,
    rules: IntakeRules,
    *,
    public_in: str | None,
) -> None:
    """`public_in` is the channel in which agents' replies are for the requester, too."""
    workspace, telling = token.workspace, Telling(client, may=token.allows)
    earlier = Earlier(desk, client, workspace, telling)
    mentions = Mentions(
        desk, client, background, workspace, telling, store.readings, rules, earlier
    )
    intake = Intake(desk, workspace, store.offers, rules)

    async def follow(ticket: Ticket, by: Actor, source: SlackMessage) -> None:
        if ticket.source is None or by.slack_id is None:
            return
        thread = None if ticket.source.ts == source.ts else ticket.source.ts
        await earlier.bring(ticket, Pointed(source, by.slack_id, thread), but=source.ts)

    shortcuts.register(app, desk, background, workspace, follow)
    adding.register(app, desk, background, client, workspace)
    offers.register(app, desk, background, client, workspace, earlier)
    reactions.register(app, desk, background, client, workspace, rules, telling, earlier)
    rewording = Rewording(desk, mentions, workspace)
    heard = listener.Listener(
        desk, workspace, store.readings, mentions, intake, rewording, public_in
    )
    listener.register(app, desk, background, telling, heard)
