"""A desk that listens in channels, and what it says there."""

from contextlib import asynccontextmanager

import pytest

from core.settings.intake import Mode


@pytest.fixture
def listening(start, looked):
    """One whose channels have these modes, and that knows who it is."""

    @asynccontextmanager
    async def started(catch_up_seconds=300, **modes):
        named = {f"C0{name.upper()}": Mode(mode) for name, mode in modes.items()}
        async with start(intake=named, catch_up_seconds=catch_up_seconds) as address:
            await looked(1)
            yield address

    return started


@pytest.fixture
def told(slack):
    """Says something in #general in another way than people do, and has the desk hear of it."""

    async def done(by, words, **more):
        said = slack.workspace.post(slack.general, by.id, words)
        event = {**said.as_slack(), "channel": "C0GENERAL", "channel_type": "channel", **more}
        await slack.event(event)

    return done


def only_for(slack, person, channel="#general"):
    return [one for one in slack.seen_by(person, channel) if one.ephemeral_to]
