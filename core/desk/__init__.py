"""Every use case of the desk; Slack and REST both come through here."""

from core.desk.desk import Desk
from core.desk.tickets.decisions import Changed, Expected
from core.desk.tickets.filing import Filed, Origin

__all__ = ["Changed", "Desk", "Expected", "Filed", "Origin"]
