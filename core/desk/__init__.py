"""Every use case of the desk; Slack and REST both come through here."""

from core.desk.desk import Changed, Desk, Filed, Page

__all__ = ["Changed", "Desk", "Filed", "Page"]
