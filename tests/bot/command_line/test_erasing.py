"""`helpdesk erase-person`: what somebody wrote, and what they are called, is nowhere any more."""

import pytest

from api.export import lines
from core.alerts.rules import AlertRules
from core.desk.export import Export
from core.people.accounts import Registration
from core.store.tickets.comment_words import in_notes
from core.tickets import parse
from tests.bot.conftest import BOT_TOKEN, SIGNING_SECRET, card_of, words
from tests.conftest import SECRET, Caller, Tokens
from tests.support.deliveries import nothing_is_owed
from tests.support.started import ended

NAME, EMAIL, PASSWORD = "Zelda Quixote", "zelda@quixote.example", "correct-horse-battery"
# What she is called, and in each of her words.
MARKERS = ("zelda", "quixote", "marzipan")
# As it stands among the words of notes, and as Python shows that.
IN_NOTES = repr(in_notes("marzipan"))[1:-1]


@pytest.fixture
def run(slack, mongo_uri, tmp_path):
    """The command as it is started, beside a desk that runs on the same database."""

    async def ran(*words):
        settings = {
            "MONGO_URI": mongo_uri,
            "JWT_SECRET": SECRET,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": slack.api_url,
            "HELPDESK_ALERT_CHANNEL": slack.helpdesk.id,
            "HELPDESK_AGENTS": slack.olga.id,
            "HELPDESK_ADMINS": slack.amir.id,
            "HELPDESK_DATA": str(tmp_path / "data"),
        }
        done = await ended("erase-person", *words, cwd=tmp_path, settings=settings)
        assert "Traceback" not in done[2]
        return done

    return ran


@pytest.fixture
async def zelda(slack, desk_url, people, session):
    """Somebody who works at the desk, in Slack and over REST."""
    said = {"email": EMAIL, "password": PASSWORD, "role": "agent", "name": NAME}
    account = await people.add(parse(Registration, said), slack_id=slack.ada.id)
    headers = {"Authorization": f"Bearer {Tokens(SECRET).issue(account)}"}
    return Caller(session, desk_url, account.id, EMAIL, headers)


async def everything(database):
    """All that lies in MongoDB, by collection."""
    return {
        name: str(await database[name].find().to_list()).lower()
        for name in await database.list_collection_names()
    }


async def exported(store):
    """All that `helpdesk export` writes."""
    export = Export(store.accounts, store.tickets, staff={})
    return b"".join([line async for line in lines(export, AlertRules())]).decode()


def of_the_desk(slack):
    """All messages that the desk wrote, in channels and directly."""
    people = (slack.ada, slack.ben, slack.olga, slack.amir)
    places = [slack.messages("#helpdesk"), slack.messages("#general")]
    places += [slack.direct_messages(person) for person in people]
    found = []
    for message in (one for place in places for one in place):
        found += [message, *slack.thread(message)]
    return [one for one in found if one.user == slack.bot.id and not one.deleted]


def is_of_the_boards_thread(message):
    kind = (message.metadata or {}).get("event_type")
    return kind == "helpdesk_board" and message.thread_ts is not None


def with_markers(text):
    return [marker for marker in MARKERS if marker in text.lower()]


async def done(program, method, path, body):
    answer = await program.send(method, path, json=body)
    assert answer.status in (200, 201), answer
    return answer.body


@pytest.fixture
async def worked(slack, zelda, program, clock, database):
    """Of her own: T-1 from Slack, T-2 over REST. She works on T-3, which Ben filed."""
    await slack.command("new high Marzipan printer", by=slack.ada)
    await slack.until(lambda: card_of(slack, "T-1"))
    two = {"title": "Marzipan again", "description": "all marzipan", "priority": "low"}
    keyed = {"headers": {"Idempotency-Key": "marzipan-1"}}
    assert (await zelda.post("/api/tickets", two, **keyed)).status == 201
    await slack.command("new low A question", by=slack.ben)
    await slack.until(lambda: card_of(slack, "T-3"))
    token = await zelda.post("/api/tokens", {"name": "marzipan", "scope": "write"})
    by_token = {"headers": {"Authorization": f"Bearer {token.body['token']}"}}
    assert (await zelda.patch("/api/tickets/3", {"assignee": EMAIL}, **by_token)).status == 200
    await done(zelda, "PATCH", "/api/tickets/3", {"title": "Marzipan: a question"})
    waits = {"status": "waiting", "waiting_for": "the marzipan makers"}
    await done(zelda, "PATCH", "/api/tickets/3", waits)
    await done(zelda, "PATCH", "/api/tickets/3", {"status": "in_progress"})
    # Two that stand in one line, and a note.
    for said in ({"message": "First marzipan"}, {"message": "Then more marzipan"}):
        await done(zelda, "POST", "/api/tickets/3/comments", said)
    secret = {"message": "Marzipan in secret", "internal": True}
    await done(zelda, "POST", "/api/tickets/3/comments", secret)
    about = f"Ask @zelda quixote, {EMAIL}, or Zelda\nQuixote"
    await done(program, "POST", "/api/tickets/1/comments", {"message": f"Seen. {about}"})
    note = {"message": f"Noted. {about}", "internal": True}
    await done(program, "POST", "/api/tickets/1/comments", note)
    await done(program, "PATCH", "/api/tickets/1", {"waiting_for": NAME, "status": "waiting"})
    await done(program, "PATCH", "/api/tickets/1", {"status": "in_progress"})
    await done(program, "PATCH", "/api/tickets/2", {"title": "Better: marzipan, again"})
    await done(program, "PATCH", "/api/tickets/2", {"assignee": EMAIL})
    await nothing_is_owed(database)
    clock.forward(hours=5)
    await slack.until(lambda: "late" in card_of(slack, "T-1").text)
    await slack.command("ack 1", by=slack.ada)
    await nothing_is_owed(database)


async def test_nothing_of_them_is_left_anywhere(
    slack, zelda, worked, run, database, program, looked, store
):
    before = await everything(database)
    assert len(with_markers(await exported(store))) == len(MARKERS)
    for marker in (*MARKERS, IN_NOTES, slack.ada.id.lower()):
        assert marker in before["tickets"]
        assert marker in before["accounts"] or marker not in ("zelda", "quixote")
    cards = [card_of(slack, f"T-{number}") for number in (1, 2, 3)]
    assert all(with_markers(words(card)) for card in cards)
    assert len([one for one in of_the_desk(slack) if with_markers(words(one))]) > 5

    status, said, _ = await run(EMAIL)

    assert status == 0
    assert f"{NAME} <{EMAIL}>:" in said
    assert "  2 tickets that they filed" in said
    assert "  3 comments and notes that they wrote" in said
    assert "  1 other tickets that have their name" in said
    assert "  1 tokens" in said
    assert "  2 unfinished tickets are theirs" in said
    assert f"looked through for “{NAME}”, “{EMAIL}”\n" in said
    assert "Nothing was changed." in said
    assert (await everything(database))["tickets"] == before["tickets"]

    status, said, _ = await run(EMAIL, "--yes")

    assert status == 0
    assert "All of this is done." in said
    left = {name: with_markers(text) for name, text in (await everything(database)).items()}
    assert {name for name, found in left.items() if found} == set()
    assert with_markers(await exported(store)) == []
    after = await everything(database)
    assert [name for name, text in after.items() if IN_NOTES in text] == []
    # Her Slack user, but for the name of the place where she got her messages.
    mentions = [name for name, text in after.items() if f"'{slack.ada.id.lower()}'" in text]
    assert mentions == []
    await looked(but=["health", "indexes", "token"])
    await nothing_is_owed(database)
    # The desk does not know any more where its board's thread told what.
    told = [one for one in of_the_desk(slack) if not is_of_the_boards_thread(one)]
    assert [words(one) for one in told if with_markers(words(one))] == []
    paths = ["", "/1", "/2", "/3", "?q=marzipan", "?q=zelda"]
    paths += [f"/{number}/{more}" for number in (1, 2, 3) for more in ("timeline", "comments")]
    for path in paths:
        answer = await program.get(f"/api/tickets{path}")
        assert answer.status == 200, (path, answer)
        assert with_markers(str(answer.body)) == [], path


async def test_that_something_was_there_stays(slack, zelda, worked, run, database, program):
    before = (await program.get("/api/tickets/3/timeline?limit=100")).body
    again = await program.get("/api/tickets/2")

    await run(slack.ada.id, "--yes")

    after = (await program.get("/api/tickets/3/timeline?limit=100")).body
    [entries] = [value for value in after.values() if isinstance(value, list)]
    [were] = [value for value in before.values() if isinstance(value, list)]
    assert [(one["at"], one["what"]) for one in entries] == [
        (one["at"], one["what"]) for one in were
    ]
    theirs = [one for one in entries if one["by"]["_id"] == zelda.id]
    assert {one["by"]["name"] for one in theirs} == {"Erased person"}
    ticket = (await program.get("/api/tickets/2")).body
    assert (ticket["title"], ticket["description"]) == ("(erased)", "(erased)")
    assert ticket["version"] > again.body["version"]
    assert ticket["requester"]["_id"] == zelda.id
    said = (await program.get("/api/tickets/1")).body["comments"]
    assert said[0]["message"] == "Seen. Ask (erased), (erased), or (erased)"
    account = await database["accounts"].find_one({"slack_id": slack.ada.id})
    assert account is None
    assert (await zelda.get("/api/tickets")).status == 401
    card = card_of(slack, "T-3")
    await slack.until(lambda: "Erased person has it" in words(card))
    assert "(REST)" not in words(card).split("Erased person")[1][:8]

    answer = await slack.command("new low Back again", by=slack.ada)

    assert "T-4 is filed" in answer.text
    fresh = (await program.get("/api/tickets/4")).body["requester"]
    assert fresh["_id"] != zelda.id
    assert fresh["name"] != "Erased person"


async def test_whom_nobody_knows_is_said_in_a_sentence(desk_url, run):
    for who in ("nobody@example.com", "U0NOBODY123"):
        status, said, complaints = await run(who, "--yes")

        sentence = f"There is no account of “{who}”: helpdesk user list shows them all.\n"
        assert (status, said, complaints) == (1, "", sentence)


async def test_the_last_admin_stays(desk_url, run, people, slack, database):
    said = {"email": EMAIL, "password": PASSWORD, "role": "admin", "name": NAME}
    await people.add(parse(Registration, said))

    for more in ((), ("--yes",)):
        status, _, complaints = await run(EMAIL, *more)

        assert status == 1
        assert complaints == ("This is the desk's last admin. Make somebody else an admin first.\n")
    account = await database["accounts"].find_one({"email": EMAIL})
    assert (account["name"], account["role"], account.get("disabled")) == (NAME, "admin", None)
