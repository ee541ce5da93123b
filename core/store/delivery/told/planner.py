"""What a write about a ticket makes it owe, in the same write."""

from core.store.delivery import entries
from core.store.delivery.entries import Expression
from core.store.delivery.told.lines import with_lines
from core.store.delivery.told.notices import carries, with_news, with_question
from core.tickets import Comment, Ticket, TimelineEntry
from core.tickets.news import after_change


class Planner:
    def __init__(self) -> None:
        # Whether requesters read what stands under cards.
        self.cards_are_public = False
        # Whether alerts are about replies, too.
        self.awaits_replies = False

    def after_change(
        self, old: Ticket, new: Ticket, entry: TimelineEntry, *, said: Comment | None = None
    ) -> Expression:
        """Of one change, with what was said along with it."""
        deliveries, told, asked = entries.after_change(new), False, False
        for news in after_change(old, new, by=entry.doer, said_at=entry.said_at):
            words = said if said is not None and carries(news, new, said) else None
            deliveries = with_news(deliveries, new, news, words=words)
            told = told or (words is not None and news.about == "ended")
            asked = asked or news.about == "reopened"
        if said is not None and said.author.id == new.requester.id and not asked:
            deliveries = with_question(deliveries, said, finished=new.status.finished)
        return self.with_lines(deliveries, said, to_requester=not told) if said else deliveries

    def with_words(
        self, deliveries: Expression, comment: Comment, *, of_requester: bool = True
    ) -> Expression:
        """Of a comment alone; `of_requester`: its author may be who filed the ticket."""
        if of_requester and not comment.internal:
            deliveries = with_question(deliveries, comment)
        return self.with_lines(deliveries, comment, of_requester=of_requester)

    def with_lines(
        self,
        deliveries: Expression,
        comment: Comment,
        *,
        to_requester: bool = True,
        of_requester: bool = True,
    ) -> Expression:
        if self.awaits_replies and of_requester and not comment.internal:
            deliveries = entries.replanned_by_requester(deliveries, comment)
        notes = not self.cards_are_public
        return with_lines(deliveries, comment, notes=notes, to_requester=to_requester)
