"""What changed since a time comes in the order of its changes, and nothing is missed."""

import pytest

from tests.api.tickets.lists.conftest import numbers, titles, walk


@pytest.mark.parametrize("name", ["ada", "olga"])
async def test_what_changed_since_then_comes_in_the_order_of_changes(
    ada, ben, olga, many, clock, name, request
):
    caller = request.getfixturevalue(name)
    for title in "abc":
        await ada.file(title)
    clock.forward(minutes=1)
    since = clock().isoformat().replace("+00:00", "Z")
    await ada.file("d")
    clock.forward(minutes=1)
    await olga.patch("/api/tickets/2", {"priority": "high"})
    clock.forward(minutes=1)
    await ada.post("/api/tickets/1/comments", {"message": "Again"})
    clock.forward(minutes=1)
    # Of a note nobody else can tell.
    await olga.post("/api/tickets/3/comments", {"message": "Hush", "internal": True})

    query = f"/api/tickets?updated_since={since}"

    assert titles(await caller.get(query)) == ["d", "b", "a"]
    for step in ("offset", "cursor"):
        assert numbers(await walk(caller, f"{query}&limit=1", step)) == [4, 2, 1]
    assert titles(await caller.get(f"{query}&priority=high")) == ["b"]
    assert titles(await ben.get(query)) == []
    clock.forward(days=2)
    assert titles(await caller.get(f"{query}&status=breached")) == ["b", "a", "d"]
    assert titles(await caller.get(f"{query}&q=a")) == ["a"]


async def test_a_walk_of_changes_misses_none_that_comes_meanwhile(ada, many, clock):
    await many(await ada.file(), 29)
    since = clock().isoformat().replace("+00:00", "Z")
    query, seen = f"/api/tickets?updated_since={since}&limit=7", []

    page = await ada.get(query)
    while True:
        seen += [item["number"] for item in page.body["items"]]
        clock.forward(seconds=1)
        if len(seen) < 20:
            await ada.patch(f"/api/tickets/{seen[0]}", {"description": f"{len(seen)}"})
        if (cursor := page.body["next_cursor"]) is None:
            break
        page = await ada.get(f"{query}&cursor={cursor}")

    assert set(seen) == set(range(1, 31))
    assert seen[-1] == 1
