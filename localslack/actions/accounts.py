"""Who has an account in the workspace, and who has none any more."""

from __future__ import annotations

from localslack.actions.channels import Channels
from localslack.dispatch import events
from localslack.elements.fields import NotPossible
from localslack.state.people import Person
from localslack.web_api.methods.users import as_slack


class Accounts(Channels):
    async def deactivate(self, person: Person) -> None:
        """They can do nothing any more; what they said stays, and they stay in their channels."""
        if person.is_bot:
            raise NotPossible("an app is removed from channels, and not deactivated")
        await self._account(person, deleted=True)

    async def reactivate(self, person: Person) -> None:
        await self._account(person, deleted=False)

    async def _account(self, person: Person, *, deleted: bool) -> None:
        gone = self.workspace.deactivated
        if deleted == (person.id in gone):
            return
        self.workspace.deactivated = gone | {person.id} if deleted else gone - {person.id}
        email = "users:read.email" in self.manifest.scopes
        user = as_slack(person, email=email, deleted=deleted)
        await self._send([events.user_changed(user, self.workspace.next_ts())])
