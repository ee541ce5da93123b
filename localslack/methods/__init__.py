"""The methods of the Web API: what each takes, which scope it needs, what it does."""

from localslack.methods import apps, chat, conversations, users, views
from localslack.methods.method import Method

METHODS: dict[str, Method] = {
    **apps.METHODS,
    **users.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **views.METHODS,
}

__all__ = ["METHODS", "Method"]
