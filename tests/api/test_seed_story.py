"""The document that the REST API was specified by: its every example, as it stands there."""


async def test_the_seeds_requests_in_order_answer_as_it_shows(stranger, clock):
    registered = await stranger.post(
        "/api/auth/register",
        {
            "name": "Hackathon User",
            "email": "testuser@example.com",
            "password": "123456",
            "role": "user",
        },
    )
    assert registered.status == 201
    assert registered.body["message"] == "User registered successfully"
    assert list(registered.body) == ["message", "user"]
    assert list(registered.body["user"]) == ["_id", "name", "email"]

    signed_in = await stranger.post(
        "/api/auth/login", {"email": "testuser@example.com", "password": "123456"}
    )
    assert signed_in.status == 200
    assert list(signed_in.body) == ["token"]
    user = stranger
    user.headers = {"Authorization": f"Bearer {signed_in.body['token']}"}

    server_down = {
        "title": "Server down",
        "description": "Staging server not responding",
        "priority": "high",
    }
    key = {"Idempotency-Key": "abc123"}
    made = await user.post("/api/tickets", server_down, headers=key)
    assert made.status == 201
    assert made.body["title"] == "Server down"
    assert made.body["priority"] == "high"
    assert made.body["status"] == "open"
    assert made.body["sla_due"] == "2026-03-02T13:00:00.000Z"
    id = made.body["_id"]

    again = await user.post("/api/tickets", server_down, headers=key)
    assert again.status == 409
    assert again.body["error"] == {"code": "DUPLICATE_REQUEST"}
    assert again.body["ticket_id"] == id

    listed = await user.get("/api/tickets?limit=20&offset=0")
    assert listed.status == 200
    assert listed.body["next_offset"] is None
    assert [item["_id"] for item in listed.body["items"]] == [id]
    assert {"_id", "title", "status", "priority", "sla_due"} <= set(listed.body["items"][0])
    assert not {"description", "comments"} & set(listed.body["items"][0])

    one = await user.get(f"/api/tickets/{id}")
    assert one.status == 200
    assert one.body["description"] == "Staging server not responding"
    assert one.body["comments"] == []

    started = await user.patch(f"/api/tickets/{id}", {"status": "in_progress"})
    assert started.status == 200
    assert started.body["message"] == "Ticket updated successfully"
    assert started.body["ticket"]["_id"] == id
    assert started.body["ticket"]["status"] == "in_progress"
    assert started.body["ticket"]["version"] == 2

    stale = await user.patch(f"/api/tickets/{id}", {"status": "closed", "version": 1})
    assert stale.status == 409
    assert stale.body["error"] == "Conflict - Ticket already updated (409)"

    commented = await user.post(
        f"/api/tickets/{id}/comments", {"message": "We are working on this issue."}
    )
    assert commented.status == 201
    assert commented.body["message"] == "Comment added successfully"
    assert commented.body["ticket"]["_id"] == id
    assert [comment["message"] for comment in commented.body["ticket"]["comments"]] == [
        "We are working on this issue."
    ]

    assert (await user.get("/api/tickets?status=breached")).body["items"] == []
    clock.forward(hours=4, milliseconds=1)
    breached = await user.get("/api/tickets?status=breached")
    assert [item["_id"] for item in breached.body["items"]] == [id]
    assert breached.body["next_offset"] is None
