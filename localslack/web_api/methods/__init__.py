"""The methods of the Web API: what each takes, which scope it needs, what it does."""

from localslack.web_api.methods import (
    apps,
    channels,
    chat,
    conversations,
    files,
    reactions,
    team,
    users,
    views,
)
from localslack.web_api.methods.method import Method

METHODS: dict[str, Method] = {
    **apps.METHODS,
    **users.METHODS,
    **team.METHODS,
    **chat.METHODS,
    **reactions.METHODS,
    **files.METHODS,
    **conversations.METHODS,
    **channels.METHODS,
    **views.METHODS,
}

__all__ = ["METHODS", "Method"]
