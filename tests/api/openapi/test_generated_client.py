"""A client that openapi-python-client generates from the document runs the seed's story."""

import os
import sys
from asyncio import create_subprocess_exec
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path

import pytest


@pytest.fixture
async def generated(rest_url, tmp_path, monkeypatch):
    """Imports a part of the client; a schema that it cannot read is a failure."""
    programs = Path(sys.executable).parent
    generator = await create_subprocess_exec(
        *(programs / "openapi-python-client", "generate", "--url", f"{rest_url}/openapi.json"),
        *("--meta", "none", "--output-path", tmp_path / "helpdesk_client", "--fail-on-warning"),
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
    )
    assert await generator.wait() == 0
    monkeypatch.syspath_prepend(tmp_path)
    return lambda part: import_module(f"helpdesk_client.{part}")


@pytest.fixture
async def opened():
    """Opens what is to be closed after the test."""
    async with AsyncExitStack() as stack:
        yield stack.enter_async_context


async def test_it_runs_the_seeds_story(generated, opened, rest_url, clock):
    models, client = generated("models"), generated("client")
    stranger = await opened(client.Client(rest_url))

    async def call(operation, *path, by, **more):
        return (
            await generated(f"api.{operation}").asyncio_detailed(*path, client=by, **more)
        ).parsed

    registration = models.Registration("testuser@example.com", "123456", "Hackathon User")
    registered = await call("accounts.register_accounts", by=stranger, body=registration)
    assert registered.user.name == "Hackathon User"

    credentials = models.Credentials("testuser@example.com", "123456")
    signed_in = await call("accounts.login_accounts", by=stranger, body=credentials)
    user = await opened(client.AuthenticatedClient(rest_url, signed_in.token))

    new = models.NewTicket("Server down", "Staging server not responding", models.Priority.HIGH)
    filing = {"by": user, "body": new, "idempotency_key": "abc123"}
    ticket = await call("tickets.create_tickets", **filing)
    assert ticket.status is models.Status.OPEN

    repeated = await call("tickets.create_tickets", **filing)
    assert repeated.error.code == "DUPLICATE_REQUEST"
    assert repeated.ticket_id == ticket.field_id

    page = await call("tickets.show_list_tickets", by=user, limit=20, offset=0)
    assert [item.field_id for item in page.items] == [ticket.field_id]
    assert page.next_offset is None

    one = await call("tickets.show_tickets", ticket.field_id, by=user)
    assert one == ticket

    started = models.TicketPatch(status=models.Status.IN_PROGRESS)
    changed = await call("tickets.change_tickets", ticket.field_id, by=user, body=started)
    assert changed.ticket.version == 2

    stale = models.TicketPatch(status=models.Status.CLOSED, version=1)
    conflict = await call("tickets.change_tickets", ticket.field_id, by=user, body=stale)
    assert conflict.error == "Conflict - Ticket already updated (409)"
    assert conflict.ticket == changed.ticket

    comment = models.NewComment("We are working on this issue.")
    commented = await call("tickets.add_comment_tickets", ticket.field_id, by=user, body=comment)
    assert [said.message for said in commented.ticket.comments] == [comment.message]

    clock.forward(hours=4, milliseconds=1)
    late = {"status": models.ShowListTicketsStatus.BREACHED}
    breached = await call("tickets.show_list_tickets", by=user, **late)
    assert [item.field_id for item in breached.items] == [ticket.field_id]
