"""Tells schemathesis what no schema can: what there is at the moment."""

from typing import Any

import schemathesis

# A period that the parameters agree on.
PERIOD = {"from": "2026-02-01", "to": "2026-03-01"}
# A time and words as people write them: no schema tells what a word is.
WRITTEN = {"updated_since": "2026-03-02T09:00:00Z", "q": 'server "down"'}
WHO_THERE_IS = {"assignee": "olga@example.com", "requester": "ada@example.com"}


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Valid requests name people who exist, the ETag that the ticket has, and no cursor, which
    only an earlier page can give. They look for words. Versions are written as the whole numbers
    that they are."""
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    case.query.pop("cursor", None)
    if not PERIOD.keys().isdisjoint(case.query):
        case.query.pop("days", None)
        case.query.update(PERIOD)
    case.query.update({name: WRITTEN[name] for name in WRITTEN if name in case.query})
    if "If-Match" in case.headers:
        case.headers["If-Match"] = "*"
    for given in (case.query, case.body):
        if isinstance(given, dict):
            named = [name for name in WHO_THERE_IS if given.get(name) is not None]
            given.update({name: WHO_THERE_IS[name] for name in named})
            if isinstance(given.get("version"), float):
                given["version"] = int(given["version"])
