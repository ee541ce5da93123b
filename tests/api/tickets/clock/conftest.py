"""A ticket, and what people do with it: they look, say something, have it wait."""

import pytest


@pytest.fixture
async def ticket(ada):
    """Ada's, of high priority: due after four hours, to be answered within one."""
    return f"/api/tickets/{(await ada.file(priority='high'))['_id']}"


async def shown(caller, ticket):
    answer = await caller.get(ticket)
    assert answer.status == 200
    return answer.body


async def say(caller, ticket, message="Here it is.", **more):
    answer = await caller.post(f"{ticket}/comments", {"message": message, **more})
    assert answer.status == 201, answer
    return answer.body["ticket"]


async def wait(olga, ticket, **more):
    answer = await olga.patch(ticket, {"status": "waiting", **more})
    assert answer.status == 200, answer
    return answer.body["ticket"]
