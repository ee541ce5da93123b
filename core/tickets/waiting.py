"""What may be said of a wait: for whom, and until when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.errors import InvalidInput, WrongState
from core.tickets.status import Status

# Whoever changes one of these begins another wait, or ends it.
A_WAIT = frozenset({"status", "waiting_for", "waiting_until"})
LONGEST_WAIT = timedelta(days=366)
_OF_A_WAIT = {"waiting_for": "Whom it waits for", "waiting_until": "Until when it waits"}


def check(
    fields: Mapping[str, Any], status: Status, until: datetime | None, *, key: str, at: datetime
) -> None:
    """Of a ticket of this status, which waits `until` then already, if it does.

    Raises InvalidInput, and WrongState where it does not wait.
    """
    said = [name for name in _OF_A_WAIT if name in fields]
    if said and fields.get("status", status) is not Status.WAITING:
        if "status" in fields:
            raise InvalidInput({said[0]: f"{_OF_A_WAIT[said[0]]} goes with the status waiting."})
        raise WrongState(f"{key} waits for nobody; give it the status waiting, too.")
    new = fields.get("waiting_until")
    if new not in (None, until) and not at < new <= at + LONGEST_WAIT:
        ahead = "yet to come, and at most a year away"
        raise InvalidInput({"waiting_until": f"The time until which it waits must be {ahead}."})
