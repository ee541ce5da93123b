"""`helpdesk export`: all accounts and tickets, to be read elsewhere."""

from collections.abc import AsyncIterator, Sequence

from api.export import lines
from bot.command_line import running
from core.desk.export import Export
from core.errors import DeskError

# Tickets that are named of those that are not whole.
_NAMED = 10


def export() -> None:
    """Write all accounts and tickets, whole, to standard output: a line of JSON each.

    The last line counts them: without it, that is not all.
    """
    settings = running.settings()

    async def work() -> None:
        # Not above: what only says a version or what is wrong need not load the whole program.
        from bot.runtime.opening import opened_store

        rules = settings.build_alert_rules(settings.build_sla().calendar)
        async with opened_store(settings) as store:
            export = Export(store.accounts, store.tickets, settings.staff)
            await write(lines(export, rules))
        if export.lacking:
            running.fail(_lacking(export.lacking), running.WORK_FAILED)

    running.run(work())


async def write(lines: AsyncIterator[bytes]) -> None:
    written = 0
    try:
        with running.output() as out:
            async for line in lines:
                out.write(line)
                written += 1
    except DeskError as error:
        running.fail(
            f"{error} The export is not whole: it breaks off after line {written:,}.",
            running.WORK_FAILED,
        )


def _lacking(tickets: Sequence[str]) -> str:
    names = ", ".join(tickets[:_NAMED]) + (" and others" if len(tickets) > _NAMED else "")
    return (
        f"Older entries of the timelines of {names} are not in the collection “timelines”, where"
        " they should be. All else was written, but for the last line."
    )
