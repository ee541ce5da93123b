"""What opens the forms of a ticket, and takes what is sent with them."""

from collections.abc import Mapping
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.markup.blocks import Block
from bot.runtime.background import Background
from bot.slack.error_answers import Outdated
from bot.tickets.card import EDIT, MENU
from bot.tickets.forms import assigning, editing, resolving, waiting
from bot.tickets.forms.opening import View, opens
from core.desk import Desk
from core.people.accounts import Actor


def register(app: AsyncApp, desk: Desk, background: Background) -> None:
    views: Mapping[str, View] = {
        "edit": partial(editing.edit_view, desk),
        "assign": partial(assigning.assign_view, desk),
        "wait": partial(waiting.wait_view, desk),
        "resolve": partial(resolving.resolve_view, desk),
    }

    async def chosen(value: str, by: Actor) -> Block:
        name, _, reference = value.partition(" ")
        if name not in views:
            raise Outdated
        return await views[name](reference, by)

    opens(app, desk, background, MENU, chosen)
    for form in (editing, assigning, waiting, resolving):
        form.register(app, desk)
    opens(app, desk, background, EDIT, partial(editing.again_view, desk))
