"""Every use case of the desk; Slack and REST both come through here."""

from core.desk.decisions import Changed, Expected
from core.desk.desk import Desk
from core.desk.filing import Filed, Origin
from core.desk.listing import Page

__all__ = ["Changed", "Desk", "Expected", "Filed", "Origin", "Page"]
