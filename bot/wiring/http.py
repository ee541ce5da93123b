"""What listens to HTTP."""

from aiohttp import web
from slack_bolt.async_app import AsyncApp

from api.app import create_api
from api.limits import Limits
from api.tokens import Tokens
from bot.health import Readiness
from bot.slack.receiver.http import slack_app
from core.desk import Desk
from core.settings import Settings, SlackPlace


def wire_http(
    desk: Desk,
    settings: Settings,
    slack: SlackPlace,
    bolt: AsyncApp,
    health: Readiness,
    limits: Limits,
) -> web.Application:
    """Two doors at one address: the REST API, and, unless Socket Mode is the way, Slack's."""
    app = create_api(
        desk,
        Tokens(settings.token_secret(), before=settings.token_secret_before()),
        cors_origins=settings.cors_origins,
        health=health,
        loopback=settings.on_loopback,
        limits=limits,
    )
    if slack.app_token is None and slack.signing_secret is not None:
        door = slack_app(bolt, signing_secret=slack.signing_secret, api_url=slack.api_url)
        app.add_subapp("/slack", door)
    return app
