"""Who is acting, as Slack's payloads say it."""

from collections.abc import Mapping
from typing import Any

from core.desk import Desk
from core.people.accounts import Actor


async def acting(desk: Desk, user: Mapping[str, Any]) -> Actor:
    """`user` as in an interaction's payload."""
    name = user.get("name") or user.get("username")
    return await desk.people.acting_in_slack(user["id"], name=name)
