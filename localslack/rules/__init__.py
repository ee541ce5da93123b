"""Judges what an app sends, by every limit that Slack documents. Knows nothing of a workspace."""

from localslack.rules.payloads import message_objections, metadata_objections, view_objections
from localslack.rules.shape import Objection

__all__ = ["Objection", "message_objections", "metadata_objections", "view_objections"]
