"""The Bolt app: what it listens to, and what each of its Slack clients may do."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

from bot import commands
from bot.conversation import registering
from bot.conversation.intake.channels import IntakeRules
from bot.home import listening as home
from bot.home.tabs import HomeTabs
from bot.markup.mrkdwn import with_names
from bot.runtime.background import Background
from bot.slack.clients import CountedClient, posting_client
from bot.slack.error_answers import Begun, ErrorAnswers
from bot.slack.receiver.workspace import Workspace
from bot.slack.token_check import TokenCheck
from bot.tickets import buttons, form, urgency, whole
from bot.tickets.forms import registering as forms
from bot.tickets.forms import reply as reply_form
from bot.tickets.lists import found
from bot.tickets.lists import list as ticket_list
from core.desk import Desk
from core.settings import SlackPlace
from core.store import Store


def create_bot(
    desk: Desk,
    slack: SlackPlace,
    store: Store,
    *,
    background: Background,
    token: TokenCheck,
    intake: IntakeRules,
    tabs: HomeTabs,
    public_in: str | None,
) -> AsyncApp:
    """`public_in` is the channel in whose threads agents speak to requesters, if there is one."""
    app = _app(slack, ErrorAnswers(background, tabs.tell))
    _add_middleware(app, desk, slack, token.workspace)
    client = posting_client(slack)
    commands.register(app, desk, background, client)
    form.register(app, desk)
    buttons.register(app, desk, background)
    urgency.register(app, desk, background)
    ticket_list.register(app, desk, background)
    found.register(app, desk, background)
    whole.register(app, desk, background)
    forms.register(app, desk, background)
    reply_form.register(app, desk, background)
    home.register(app, desk, background, token.workspace, tabs)
    registering.register(app, desk, background, client, token, store, intake, public_in=public_in)
    return app


def _app(slack: SlackPlace, answers: ErrorAnswers) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        """One workspace, one token: no question to Slack before an ack."""
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=slack.bot_token)

    # Signatures are checked in bot/slack/receiver/http.py; Socket Mode has none.
    app = AsyncApp(
        # Without one, Bolt reads the source of everything on the stack to find its own.
        name="helpdesk",
        authorize=authorize,
        client=CountedClient(base_url=slack.api_url),
        request_verification_enabled=False,
        raise_error_for_unhandled_request=True,
    )
    app.error(answers.show)
    app.listener_runner.listener_start_handler = Begun()
    return app


def _add_middleware(app: AsyncApp, desk: Desk, slack: SlackPlace, workspace: Workspace) -> None:
    """What is done before any listener hears of it, in this order."""
    for_listeners = CountedClient(slack.bot_token, base_url=slack.api_url)

    @app.middleware
    async def ours(body: dict[str, Any], next: Callable[[], Awaitable[None]]) -> None:
        if not home.is_opened(body):
            workspace.check(body)
        await next()

    @app.middleware
    async def with_calls_counted(
        context: AsyncBoltContext, next: Callable[[], Awaitable[None]]
    ) -> None:
        # Bolt gives each listener a client of its own making.
        context["client"] = for_listeners
        await next()

    @app.middleware
    async def with_mentions_named(
        body: dict[str, Any], next: Callable[[], Awaitable[None]]
    ) -> None:
        event = body.get("event") or {}
        for message in (event, event.get("message"), body.get("message")):
            if message and message.get("text"):
                message["text"] = with_names(message["text"], desk.people.called)
        await next()
