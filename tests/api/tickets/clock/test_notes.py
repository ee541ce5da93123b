"""Notes are for agents alone, and nothing of them shows to others."""

from tests.api.tickets.clock.conftest import say, shown, wait


async def test_requesters_never_see_a_note_in_any_answer(ada, olga, ticket):
    before = await shown(ada, ticket)
    noted = await say(olga, ticket, "Sold by the same vendor as last time", internal=True)

    answers = [
        await ada.get(ticket),
        await ada.get("/api/tickets"),
        await ada.get(f"{ticket}/clock"),
        await ada.post(f"{ticket}/comments", {"message": "Any news?"}),
        await ada.patch(ticket, {"title": "Anew"}),
        await ada.patch(ticket, {"title": "Anew"}),
        await ada.patch(ticket, {"title": "Older", "version": 1}),
    ]

    assert noted["comments"][0]["internal"] is True
    assert answers[0].body == before
    assert [answer.status for answer in answers] == [200, 200, 200, 201, 200, 200, 409]
    assert not any("vendor" in str(answer.body) for answer in answers)
    assert "vendor" in str(await shown(olga, ticket))


async def test_a_note_does_not_show_in_the_requesters_etag_but_in_the_agents(ada, olga, ticket):
    before = (await ada.get(ticket)).headers["ETag"]

    await say(olga, ticket, internal=True)

    assert (await ada.get(ticket)).headers["ETag"] == before
    assert (await olga.get(ticket)).headers["ETag"] != before
    answer = await ada.patch(ticket, {"title": "Anew"}, headers={"If-Match": before})
    assert answer.status == 200


async def test_only_agents_keep_notes(ada, ben, ticket):
    for caller in (ada, ben):
        answer = await caller.post(f"{ticket}/comments", {"message": "x", "internal": True})
        assert (answer.status, answer.body["error"]["code"]) == (403, "FORBIDDEN")


async def test_an_agents_note_on_their_own_waiting_ticket_leaves_it_waiting(olga):
    own = f"/api/tickets/{(await olga.file())['_id']}"
    await wait(olga, own)

    assert (await say(olga, own, internal=True))["status"] == "waiting"
