"""The subcommands of /ticket about how the targets are kept."""

from bot.invocation import COMMAND, Invocation
from bot.markup.blocks import Message
from bot.reports import chart
from bot.reports.digest import digest_message
from bot.reports.report import read_days, report_message, title
from bot.slack.error_answers import NotUnderstood
from bot.tickets import clock
from core.errors import DeskError
from core.people.permissions import Action, require_staff
from core.reports.report import Period


async def sla(invocation: Invocation) -> Message:
    verb, *words = invocation.words.typed or [""]
    if verb.lower() != "try":
        raise NotUnderstood(f"Try `{COMMAND} {invocation.usage}`.")
    policy = invocation.desk.sla.policy
    others = clock.read_targets(words, policy)
    require_staff(invocation.by, Action.TRY)

    async def tried() -> Message:
        found = await invocation.desk.try_targets(others, by=invocation.by)
        return clock.what_if(found, policy, others, business=invocation.desk.sla.hours is not None)

    invocation.replies.later(tried())
    return {}


async def report(invocation: Invocation) -> Message:
    days = read_days(invocation.words.typed)
    require_staff(invocation.by, Action.REPORT)

    async def made() -> Message:
        period = Period.last(days, at=invocation.desk.clock())
        found = await invocation.desk.report(period, by=invocation.by)
        if found.all.tickets:
            invocation.replies.picture(chart.drawn(found, title=title(days)))
        return report_message(found, title=title(days))

    invocation.replies.later(made())
    return {}


class OnlyNow(DeskError):
    """The digest comes by itself at its time; `/ticket digest now` shows it to you at once."""


async def digest(invocation: Invocation) -> Message:
    if [word.lower() for word in invocation.words.typed] != ["now"]:
        raise OnlyNow
    return digest_message(await invocation.desk.standing(by=invocation.by))
