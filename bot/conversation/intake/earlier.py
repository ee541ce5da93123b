"""What was said in a thread before it was a ticket's: read from Slack, it comes along."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.conversation.events import addressed, in_thread
from bot.conversation.intake.fetching import thread
from bot.conversation.telling import Telling, Written
from bot.slack.error_answers import sentence, tellable
from bot.slack.receiver.workspace import Workspace
from core.desk import Desk
from core.desk.conversation import MOST_EARLIER, Said
from core.tickets import Ticket


class Earlier:
    def __init__(
        self, desk: Desk, client: AsyncWebClient, workspace: Workspace, telling: Telling
    ) -> None:
        self._desk = desk
        self._client = client
        self._workspace = workspace
        self._telling = telling

    async def bring(
        self, ticket: Ticket, to: Written, *, but: str | None = None, until: str | None = None
    ) -> None:
        """All of the thread `but` the message that the ticket was made from, or what was said
        `until` it was asked for, however late that is heard. Whoever made it is told what does
        not come along. Again, it changes nothing."""
        if ticket.source is None:
            return
        try:
            said, complete = await self._read(ticket.source.channel, ticket.source.ts)
            said = [one for one in said if _is_earlier(one.source.ts, but=but, until=until)]
            complete = await self._desk.conversation.earlier(ticket, said) and complete
        except Exception as error:  # noqa: BLE001 - the ticket is filed all the same
            why = sentence(tellable(error))
            text = f"The earlier replies of this thread are not on {ticket.key}. {why}"
            await self._telling.tell(to, {"text": text})
            return
        if not complete:
            text = (
                f"The thread has more than {MOST_EARLIER} replies, or very long ones: the latest "
                f"are on {ticket.key}, and what was said before is in the thread alone."
            )
            await self._telling.tell(to, {"text": text})

    async def _read(self, channel: str, ts: str) -> tuple[list[Said], bool]:
        own = self._workspace.bot
        messages, complete = await thread(self._client, channel, ts)
        said = [
            words
            for message in messages
            if addressed(message.get("text") or "", own=own) is None
            and (words := in_thread(message, channel, ts, own=own))
        ]
        return said, complete


def _is_earlier(ts: str, *, but: str | None, until: str | None) -> bool:
    return ts != but and (until is None or ts < until)
