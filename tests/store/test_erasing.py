"""What is left of a ticket once somebody is erased, and that it may be broken off anywhere."""

import re
from contextlib import suppress

import pytest
from bson import ObjectId
from pymongo.errors import AutoReconnect

from core.desk.people.erasing import Erasing
from core.errors import Unavailable
from core.people.accounts import ERASED
from core.store.erasing import erasures
from core.store.erasing.names import pattern, without
from core.store.names import CALLED

NAMES = {"Zelda Quixote", "will", "zelda@quixote.example"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ask Zelda Quixote.", "Ask (erased)."),
        ("@zelda  QUIXOTE, please", "(erased), please"),
        ("Zelda\nQuixote", "(erased)"),
        ("zelda@quixote.example wrote", "(erased) wrote"),
        ("<mailto:zelda@quixote.example>", "<mailto:(erased)>"),
        ("It will do, @will", "It will do, (erased)"),
        ("xZelda Quixotes", "xZelda Quixotes"),
        ("me@will.example", "me@will.example"),
        ("Zed's dead", "(erased)'s dead"),
        ("Zedder", "Zedder"),
    ],
)
def test_names_go_where_they_cannot_mean_anything_else(text, left):
    assert without(text, pattern(NAMES, ["Zed"])) == left


def test_who_has_no_name_is_named_nowhere():
    assert without("Anything (at all)", pattern(set(), [])) == "Anything (at all)"


@pytest.fixture
def erasing(store, people, clock):
    return Erasing(
        store.erasures, store.accounts, people.administration, clock, staff={}, patience=0
    )


@pytest.fixture
async def filed(ada, olga, monkeypatch):
    """Five tickets of Ada's, with a comment of hers and one of another's each, read one by one."""
    monkeypatch.setattr(erasures, "PORTION", 1)
    for number in range(1, 6):
        ticket = await ada.file(f"Marzipan {number}", description="marzipan")
        path = f"/api/tickets/{ticket['_id']}/comments"
        assert (await ada.post(path, {"message": "marzipan"})).status == 201
        assert (await olga.post(path, {"message": f"@Ada says {number}"})).status == 201
    # And one in which she is only named.
    await olga.file("Ask @ada")


async def with_marker(database, marker="marzipan"):
    rows = await database["tickets"].find().sort({"number": 1}).to_list()
    # A word: ids and digests in hex have any three letters.
    word = re.compile(rf"\b{marker}\b", re.IGNORECASE)
    return [row["number"] for row in rows if word.search(str(row))]


@pytest.mark.parametrize("portions", [0, 1, 3, 5])
async def test_broken_off_it_goes_on(
    erasing, people, store, database, ada, filed, monkeypatch, portions
):
    account = await people.administration.account(ada.id)
    whole, left = type(store.erasures).erase, portions

    async def breaking(self, erasure, *, at):
        nonlocal left
        if not left:
            raise Unavailable
        left -= 1
        return await whole(self, erasure, at=at)

    with monkeypatch.context() as broken:
        broken.setattr(type(store.erasures), "erase", breaking)
        with pytest.raises(Unavailable):
            await erasing.erase(await erasing.found(account))
    assert await with_marker(database) == [*range(portions + 1, 6)]
    assert await people.account(ada.id, afresh=True) is None

    again = await people.known(ada.email, field="who")
    await erasing.erase(await erasing.found(again))

    assert await with_marker(database) == []
    assert await with_marker(database, "ada") == []
    row = await database["accounts"].find_one({"_id": ObjectId(ada.id)})
    kept = {"_id", "name", "role", "disabled", "sign_in_epoch", "named_at", "changed_at"}
    assert (row["name"], row["disabled"], {*row}) == (ERASED, True, kept)


async def test_done_once_more_it_changes_nothing(erasing, people, database, ada, filed):
    account = await people.administration.account(ada.id)
    await erasing.erase(await erasing.found(account))
    before = await database["tickets"].find().to_list()

    shell = await people.administration.account(ada.id)
    erasure = await erasing.found(shell)
    await erasing.erase(erasure)

    assert (erasure.filed, erasure.comments, erasure.others) == (0, 0, 0)
    assert await database["tickets"].find().to_list() == before


async def test_what_comes_between_is_not_lost(
    erasing, people, store, database, ada, olga, filed, monkeypatch
):
    """Somebody comments on each ticket after it was read, and before it is written."""
    write, hurried = type(store.erasures)._write, []

    async def late(self, document, *more):
        if document["_id"] not in hurried:
            hurried.append(document["_id"])
            path = f"/api/tickets/{document['number']}/comments"
            assert (await olga.post(path, {"message": "Between"})).status == 201
        return await write(self, document, *more)

    monkeypatch.setattr(type(store.erasures), "_write", late)
    account = await people.administration.account(ada.id)

    await erasing.erase(await erasing.found(account))

    assert len(hurried) == 6
    assert await with_marker(database) == []
    async for row in database["tickets"].find({"number": {"$lt": 6}}):
        assert [one["message"] for one in row["comments"]][-1] == "Between"
        assert len(row["comments"]) == 3


async def test_a_process_that_knows_their_name_forgets_it_with_the_next_look(
    people, store, database, olga
):
    account = await store.accounts.of_slack_user("U0ADA", name="Ada")
    names, remembered = store.accounts.names, people.remembered
    await names.learned("U0ADA", "Ada", handle="ada")
    await remembered.look()
    assert (names.of("U0ADA"), CALLED[ObjectId(account.id)]) == ("Ada", "Ada")

    # By another process.
    erasure = await store.erasures.of(account, ())
    await store.erasures.begin(erasure)
    await remembered.look()
    assert CALLED[ObjectId(account.id)] == ERASED
    assert (await people.slack_user("U0ADA")).disabled

    await store.erasures.end(erasure)
    await remembered.look()
    assert names.of("U0ADA") is None
    assert (await people.slack_user("U0ADA")).id != account.id


@pytest.mark.parametrize("writes", [0, 1, 2])
async def test_older_entries_in_another_collection_are_erased_too(
    erasing, people, store, database, ada, olga, filed, monkeypatch, writes
):
    """Also if it is broken off between them: what Ada gave another's ticket for a title is known
    by one of them, and stands in the next."""
    await store.accounts.change(ada.id, {"role": "agent"})
    people.remembered.forget(ada.id)
    by_ada = await ada.patch("/api/tickets/6", {"title": "Her marzipan"})
    assert by_ada.status == 200
    for title in ("Another", "One more"):
        assert (await olga.patch("/api/tickets/6", {"title": title})).status == 200
    row = await database["tickets"].find_one({"number": 6})
    entries = row["timeline"]
    for at, part in (("1", entries[:2]), ("2", entries[2:3])):
        moved = {"_id": f"C1:{at}", "ticket": row["_id"], "timeline": part}
        await database["timelines"].insert_one(moved)
    await database["tickets"].update_one({"number": 6}, {"$set": {"timeline": entries[3:]}})
    account = await people.administration.account(ada.id)
    update, left = type(database["timelines"]).update_one, writes

    async def breaking(self, *more, **options):
        nonlocal left
        if self.name == "timelines":
            if not left:
                raise AutoReconnect
            left -= 1
        return await update(self, *more, **options)

    with monkeypatch.context() as broken:
        broken.setattr(type(database["timelines"]), "update_one", breaking)
        with suppress(Unavailable):
            await erasing.erase(await erasing.found(account))

    await erasing.erase(await erasing.found(await people.administration.account(ada.id)))

    older = await database["timelines"].find().sort({"_id": 1}).to_list()
    kept = [one["what"] for row in older for one in row["timeline"]]
    assert kept == [one["what"] for one in entries[:3]]
    assert "marzipan" not in str(older).lower()
    assert "'Ada'" not in str(older)
    assert await with_marker(database) == []


async def test_no_digest_of_words_that_are_gone_is_left(erasing, people, database, ada, olga):
    keyed = {"headers": {"Idempotency-Key": "olga-1"}}
    about = {"title": "Ask @ada", "description": "About @ada"}
    filed = (await olga.post("/api/tickets", about, **keyed)).body
    path = f"/api/tickets/{filed['_id']}/comments"
    for number, words in enumerate(("See @ada", "See there")):
        keyed = {"headers": {"Idempotency-Key": f"comment-{number}"}}
        assert (await olga.post(path, {"message": words}, **keyed)).status == 201
    wording = {"ts": "1.000001", "edited": "", "title": "of-title", "description": "of-description"}
    key = {"timeline.0.key": "slack:view:V1:of-form", "wording": wording}
    key["timeline.0.changes"] = {"title": {"old": "A question", "new": "Ask @ada"}}
    await database["tickets"].update_one({}, {"$set": key})
    before = await database["tickets"].find_one()
    digests = [before["idempotency"]["body"], *(one["body"] for one in before["comments"])]

    account = await people.administration.account(ada.id)
    await erasing.erase(await erasing.found(account))

    left = await database["tickets"].find_one()
    assert [
        one for one in [*digests, "of-title", "of-description", "of-form"] if one in str(left)
    ] == digests[2:]
    assert [one["message"] for one in left["comments"]] == ["See (erased)", "See there"]
    # What was done with a key is done, and not once more.
    again = await olga.post("/api/tickets", about, headers={"Idempotency-Key": "olga-1"})
    assert (again.status, again.body["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    again = await olga.post(path, {"message": "See @ada"}, headers={"Idempotency-Key": "comment-0"})
    assert (again.status, again.body["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert (await erasing.found(account)).others == 0
