"""Tickets by their words: what is found, in which order, and by whom."""

import random

import pytest

from core.desk.tickets import lookups
from core.store.tickets import searching
from tests.api.tickets.lists.conftest import titles, walk

WRITTEN = [
    ("Printer burns", "On the third floor", "low"),
    ("Slow network", "The printer is slow as well; acme says: fire", "high"),
    ("VPN is down", "", "medium"),
]


@pytest.fixture
async def filed(ada, ben, olga):
    """Ada's, Ben's and Ada's; the last has a comment and a note."""
    found = [
        await by.file(title, description=description, priority=priority)
        for by, (title, description, priority) in zip((ada, ben, ada), WRITTEN, strict=True)
    ]
    path = f"/api/tickets/{found[2]['_id']}/comments"
    await olga.post(path, {"message": "The router smokes"})
    await olga.post(path, {"message": "Crématorium Ltd. sold it", "internal": True})
    return found


@pytest.fixture
def search():
    async def found(by, q, **more):
        return await by.get("/api/tickets", params={"q": q, **more})

    return found


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("printer", ["Printer burns", "Slow network"]),
        ("PRINTÉR", ["Printer burns", "Slow network"]),
        ("printer third", ["Printer burns"]),
        ("third printer", ["Printer burns"]),
        ("network printer", ["Slow network"]),
        ("printer smokes", []),
        ("smokes", ["VPN is down"]),
        ("VPN smokes", ["VPN is down"]),
        ("prin", []),
        ("nothing", []),
        # None of this is syntax.
        ("-printer", ["Printer burns", "Slow network"]),
        ("printer -third", ["Printer burns"]),
        ('"burns printer"', ["Printer burns"]),
        ('"printer', ["Printer burns", "Slow network"]),
        ("printer OR nothing", []),
        ("p.*r", []),
        ("^Printer$", ["Printer burns", "Slow network"]),
        ("{$ne: printer}", []),
        ("acme says fire", ["Slow network"]),
    ],
)
async def test_what_has_all_the_words_is_found_best_fits_first(filed, olga, search, q, found):
    answer = await search(olga, q)

    assert answer.status == 200
    assert titles(answer) == found
    assert (answer.body["next_offset"], answer.body["next_cursor"]) == (None, None)


async def test_filters_and_words_combine(filed, olga, search, ada):
    assert titles(await search(olga, "printer", priority="high")) == ["Slow network"]
    assert titles(await search(olga, "printer", requester=ada.email)) == ["Printer burns"]
    assert titles(await search(olga, "printer", status="closed")) == []


async def test_people_find_what_they_may_see(filed, ada, ben, search):
    assert titles(await search(ada, "printer")) == ["Printer burns"]
    assert titles(await search(ben, "printer")) == ["Slow network"]
    assert titles(await search(ada, "router")) == ["VPN is down"]
    assert titles(await search(ben, "router")) == []
    assert titles(await search(ben, "printer", requester=ada.email)) == []


@pytest.mark.parametrize(
    "q", ["crematorium", "CRÉMATORIUM", "sold", "router sold", "vpn crématorium smokes"]
)
async def test_words_of_notes_find_a_ticket_for_agents_alone(filed, ada, olga, search, q):
    assert titles(await search(olga, q)) == ["VPN is down"]

    answer = await search(ada, q)
    assert answer.body == {"items": [], "next_offset": None, "next_cursor": None}


async def test_a_requester_gets_the_same_answers_with_and_without_notes(ada, olga, search):
    """Random conversations about two tickets alike, of which one has notes too."""
    chance = random.Random(7)
    said = [f"word{n}" for n in range(12)]
    plain, noted = await ada.file("Twins"), await ada.file("Twins")
    for _ in range(25):
        message = " ".join(chance.choices(said[:8], k=5))
        for ticket in (plain, noted):
            path = f"/api/tickets/{ticket['_id']}/comments"
            await olga.post(path, {"message": message})
        note = {"message": " ".join(chance.choices(said, k=5)), "internal": True}
        await olga.post(path, note)

    for q in [*said, *(" ".join(chance.sample(said, 2)) for _ in range(20))]:
        found = [item["number"] for item in (await search(ada, q)).body["items"]]
        # Of two that fit alike the newer one comes first, whatever its notes say.
        assert found in ([], [2, 1]), q
    assert [item["number"] for item in (await search(olga, "word9")).body["items"]] == [
        noted["number"]
    ]


async def test_a_note_that_was_asked_for_in_its_own_letters_is_not_found(filed, ada, search):
    """Those in which the index has it."""
    secret = "".join(chr(0xE000 + byte) for byte in b"crematorium")

    for q in (f"vpn {secret}", f'"{secret[:4]}" vpn', f"vpn -{secret}"):
        assert (await search(ada, q)).body == (await search(ada, "vpn")).body
    assert (await search(ada, secret)).status == 400


@pytest.mark.parametrize("q", ["", " ", "-", '""', "?!", "\u200b"])
async def test_without_a_word_there_is_nothing_to_look_for(olga, search, q):
    answer = await search(olga, q)

    assert (answer.status, answer.body["error"]["field"]) == (400, "q")


async def test_any_noise_is_words(filed, olga, search):
    chance = random.Random(3)
    signs = "\"'-+|()*~<>{}[]$.^\\/:;,!?@#%&= \t\n\x00\u2028\u202eéß日\ue000🔥aA0_"

    for length in (1, 7, 60, 900):
        for _ in range(10):
            q = "x" + "".join(chance.choices(signs, k=length))
            assert (await search(olga, q)).status == 200, q
    noise = await search(olga, "printer " + "".join(chance.choices("-' ", k=3_900)))
    assert titles(noise) == ["Printer burns", "Slow network"]
    assert (await search(olga, "x" * 4_001)).status == 400


@pytest.mark.parametrize("step", ["offset", "cursor"])
async def test_what_is_found_comes_by_page(ada, olga, step):
    for number in range(11):
        await ada.file(f"Copy {'copy ' * (number % 3)}", description="words " * number)

    whole = await olga.get("/api/tickets?q=copy&limit=100")
    walked = await walk(olga, "/api/tickets?q=copy&limit=4", step)

    items = [item for page in walked for item in page.body["items"]]
    assert items == whole.body["items"]
    assert sorted(item["number"] for item in items) == list(range(1, 12))
    assert [page.body["next_offset"] for page in walked] == [4, 8, None]


async def test_what_too_many_tickets_have_is_not_looked_for(filed, olga, search, monkeypatch):
    monkeypatch.setattr(searching, "COMMON", 1)

    alone, beside = await search(olga, "printer"), await search(olga, "printer third")

    assert (alone.status, alone.body["error"]["message"]) == (400, lookups.TOO_COMMON)
    assert titles(beside) == ["Printer burns"]
    assert beside.body["left_out"] == ["printer"]


async def test_changed_words_are_found_and_old_ones_are_not(filed, ada, olga, search):
    path = f"/api/tickets/{filed[0]['_id']}"
    await ada.patch(path, {"title": "Scanner burns", "description": "On the roof"})

    assert titles(await search(olga, "scanner roof")) == ["Scanner burns"]
    assert titles(await search(olga, "burns third")) == []


async def test_a_ticket_in_any_language_may_name_one(ada, olga, search, database):
    """MongoDB takes a field of this name for the language of what is beside it."""
    ticket = await ada.file("Der Drucker")
    await database["tickets"].update_one(
        {"number": ticket["number"]}, {"$set": {"language": "klingon"}}
    )

    assert titles(await search(olga, "der")) == ["Der Drucker"]
