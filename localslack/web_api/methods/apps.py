"""apps.connections.open: the door to Socket Mode, opened with the app's own token."""

from __future__ import annotations

from typing import Any

from localslack.api_error import Refused
from localslack.web_api.call import Call
from localslack.web_api.methods.method import Method


def connections_open(call: Call) -> dict[str, Any]:
    if not call.around.manifest.socket_mode:
        # Slack's own word for it at this place is not known to us; it is so on a connection.
        raise Refused("link_disabled", "the manifest does not say socket_mode_enabled: true")
    address = call.around.base_url().replace("http", "ws", 1)
    return {"url": f"{address}socket/{call.around.sockets.new_ticket()}"}


METHODS = {"apps.connections.open": Method(connections_open, holder="app")}
