"""What opens and changes a view by the Web API."""

from tests.localslack.conftest import PATIENCE
from tests.localslack.web_api.test_web_api import MODAL, refused, trigger


async def test_a_trigger_is_good_once_and_as_long_as_slack_waits(slack, client, clock):
    used = trigger(slack)
    await client.views_open(trigger_id=used, view=MODAL)
    await refused(client.views_open(trigger_id=used, view=MODAL), "exchanged_trigger_id")
    late = trigger(slack)
    clock.time += PATIENCE + 0.1
    await refused(client.views_open(trigger_id=late, view=MODAL), "expired_trigger_id")
    assert len(slack.problems) == 2


async def test_a_trigger_is_known_for_ten_minutes(slack, client, clock):
    old = trigger(slack)
    clock.time += 599
    trigger(slack)
    await refused(client.views_open(trigger_id=old, view=MODAL), "expired_trigger_id")

    clock.time += 2
    trigger(slack)
    await refused(client.views_open(trigger_id=old, view=MODAL), "invalid_trigger_id")


async def test_views_stack_three_deep(slack, client):
    await client.views_open(trigger_id=trigger(slack), view=MODAL)
    stack = slack.opened_modal(slack.ada).stack
    for _ in range(2):
        await client.views_push(trigger_id=trigger(slack, stack=stack), view=MODAL)
    full = client.views_push(trigger_id=trigger(slack, stack=stack), view=MODAL)
    await refused(full, "push_limit_reached")
    await refused(client.views_push(trigger_id=trigger(slack), view=MODAL), "not_found")


async def test_a_view_is_updated_only_from_its_current_state(slack, client):
    opened = await client.views_open(trigger_id=trigger(slack), view=MODAL)
    view = {"view_id": opened["view"]["id"], "hash": opened["view"]["hash"]}
    await client.views_update(view=MODAL, **view)
    await refused(client.views_update(view=MODAL, **view), "hash_conflict")
    assert slack.problems == []
    await slack.close(await slack.modal(by=slack.ada))
    gone = client.views_update(view=MODAL, view_id=opened["view"]["id"])
    await refused(gone, "not_found")


async def test_a_view_is_found_by_the_apps_own_name(slack, client):
    named = {**MODAL, "external_id": "ticket-7"}
    await client.views_open(trigger_id=trigger(slack), view=named)
    await client.views_update(external_id="ticket-7", view=named)
    again = client.views_open(trigger_id=trigger(slack), view=named)
    await refused(again, "duplicate_external_id")
