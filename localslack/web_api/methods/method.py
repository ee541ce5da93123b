"""What is known of a method before it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from localslack.api_error import Refused
from localslack.web_api.call import Call

EVERYWHERE = {"token", "team_id"}


@dataclass(frozen=True)
class Method:
    run: Callable[[Call], dict[str, Any]]
    takes: str = ""
    scope: str = ""
    """Needed whatever is asked; a method looks for more itself."""
    holder: Literal["bot", "app"] = "bot"
    """Whose token it takes: the bot's xoxb- or the app's xapp-."""

    def answer(self, call: Call) -> dict[str, Any]:
        unknown = sorted(call.given.keys() - set(self.takes.split()) - EVERYWHERE)
        if unknown:
            said = f"{call.method} does not take {', '.join(unknown)}"
            raise Refused("invalid_arguments", said)
        if self.scope:
            call.needs(self.scope)
        return {"ok": True, **self.run(call)}
