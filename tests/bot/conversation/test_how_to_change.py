"""Who made a ticket without a form is told how to change what was taken for it, if they can."""

import pytest

CHANGES = "`/ticket edit T-1` changes its words"


@pytest.fixture
def told(slack):
    """Waits for what only this person is told in #general."""

    async def found(person):
        def theirs():
            return [one for one in slack.seen_by(person, "#general") if one.ephemeral_to]

        return (await slack.until(theirs))[-1].text

    return found


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("ada", f"{CHANGES}; agents can change its priority."),
        ("olga", f"{CHANGES}, and `/ticket prio T-1 high` its priority."),
    ],
)
async def test_by_the_desks_name(slack, desk_url, told, name, how):
    await slack.post("@HelpDesk it burns", by=getattr(slack, name), channel="#general")

    said = await told(getattr(slack, name))

    assert said == f"T-1 is filed, with medium priority. {how}"


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("ben", ""),
        ("ada", f" {CHANGES}; agents can change its priority."),
        ("olga", f" {CHANGES}, and `/ticket prio T-1 high` its priority."),
    ],
)
async def test_by_a_reaction_to_what_ada_said(slack, desk_url, looked, told, name, how):
    await looked(1)
    said = await slack.post("VPN is down", by=slack.ada, channel="#general")

    await slack.react(said, "ticket", by=getattr(slack, name))

    assert await told(getattr(slack, name)) == f"T-1 is filed, with medium priority.{how}"
