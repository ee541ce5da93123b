"""Judges what an app sends, by every limit that Slack documents. Knows nothing of a workspace."""

from localslack.validation.payloads import (
    home_objections,
    message_objections,
    metadata_objections,
    option_objections,
    view_objections,
)
from localslack.validation.shape import Objection

__all__ = [
    "Objection",
    "home_objections",
    "message_objections",
    "metadata_objections",
    "option_objections",
    "view_objections",
]
