"""What is there again after the program ended, or was killed, and started anew."""

import asyncio
import json
import sqlite3
import sys
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from localslack import local_slack
from localslack.state.keeping import CannotKeep
from tests.conftest import LONGEST_WAIT
from tests.localslack.samples import CARD

HOME = {"type": "home", "blocks": CARD}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def run(manifest, clock, path):
    """A Slack that keeps what is posted in the file, with a client of it."""
    allowed = {"files:write", "files:read"}
    tabs = replace(manifest, home_tab=True, scopes=manifest.scopes | allowed)

    @asynccontextmanager
    async def running(keep=path):
        async with local_slack(
            manifest=tabs, signing_secret="s", bot_token="xoxb-local", now=clock, keep=keep
        ) as slack:
            slack.client = AsyncWebClient("xoxb-local", base_url=slack.api_url, retry_handlers=[])
            yield slack

    return running


async def test_messages_are_there_again_to_the_letter(run):
    async with run() as slack:
        parent = slack.say("VPN?", by=slack.ada)
        slack.say("Yes", by=slack.ben, thread_ts=parent.ts)
        slack.workspace.edit(parent, "Is the VPN down?")
        await slack.react(parent, "eyes", by=slack.ben)
        await slack.client.chat_postMessage(
            channel="#general",
            text="T-1",
            blocks=CARD,
            metadata={"event_type": "card", "event_payload": {"ticket": "T-1"}},
        )
        before = [each.as_slack(metadata=True) for each in slack.messages("#general")]

    async with run() as slack:
        after = [each.as_slack(metadata=True) for each in slack.messages("#general")]
        assert after == before
        assert [each.text for each in slack.thread(slack.messages("#general")[0])] == ["Yes"]


async def test_a_deleted_message_stays_deleted_and_an_ephemeral_one_is_gone(run):
    async with run() as slack:
        message = slack.say("oh", by=slack.ada)
        slack.workspace.delete(message)
        await slack.client.chat_postEphemeral(channel="#general", user="U0ADA", text="psst")

    async with run() as slack:
        assert slack.workspace.messages == []


async def test_no_ts_comes_twice_even_if_the_clock_stood_still(run, clock):
    async with run() as slack:
        slack.say("first", by=slack.ada)
        last = slack.workspace.edit(slack.say("second", by=slack.ada), "edited")
        last = slack.messages("#general")[-1].edited
        clock.time -= 60

    async with run() as slack:
        assert slack.say("third", by=slack.ada).ts > last


async def test_direct_messages_stay_with_their_person(run):
    async with run() as slack:
        await slack.client.chat_postMessage(channel="U0ADA", text="A receipt")

    async with run() as slack:
        assert [each.text for each in slack.direct_messages(slack.ada)] == ["A receipt"]
        assert len([each for each in slack.workspace.channels.values() if each.is_direct]) == 1


async def test_a_kept_card_can_still_be_pressed_and_changed(run, ear_at):
    async with run() as slack:
        await slack.client.chat_postMessage(channel="#helpdesk", text="T-1", blocks=CARD)

    async with run() as slack:
        [card] = slack.messages("#helpdesk")
        ear = await ear_at(slack)
        assert (await slack.press(card, "card", "claim", None, by=slack.ada)).status == 200
        assert ear.payload["message"]["blocks"] == card.blocks
        await slack.client.chat_update(channel=card.channel.id, ts=card.ts, text="T-1 is closed")

    async with run() as slack:
        assert [each.text for each in slack.messages("#helpdesk")] == ["T-1 is closed"]


async def test_a_published_home_is_there_again_and_its_controls_work(run, ear_at):
    async with run() as slack:
        await slack.client.views_publish(user_id="U0ADA", view=HOME)
        before = slack.workspace.views.homes["U0ADA"]

    async with run() as slack:
        home = slack.workspace.views.find(before.id)
        assert (home.person, home.given) == (slack.ada, before.given)
        ear = await ear_at(slack)
        await slack.press(home, "card", "claim", None, by=slack.ada)
        assert ear.payload["view"]["id"] == before.id


async def test_a_file_is_there_again_with_what_is_in_it(run):
    async with run() as slack:
        file = slack.upload("a.png", b"\x89PNG", by=slack.ada)
        await slack.post("look", by=slack.ada, files=[file])

    async with run() as slack:
        [message] = slack.messages("#general")
        assert slack.workspace.files.find(message.files[0]["id"]).content == b"\x89PNG"
        slack.workspace.delete_file(file.id)

    async with run() as slack:
        assert slack.workspace.files.find(file.id) is None
        assert slack.messages("#general")[0].files == [{"id": file.id, "mode": "tombstone"}]


async def test_a_file_that_was_handed_in_with_a_form_is_there_again(run):
    async with run() as slack:
        file = slack.upload("a.txt", b"x", by=slack.ada)

    async with run() as slack:
        there = (await slack.client.files_info(file=file.id))["file"]
        assert (there["name"], slack.workspace.files.find(file.id).content) == ("a.txt", b"x")


async def test_kept_files_are_at_the_address_of_today(run):
    async with run() as slack:
        file = slack.upload("a.txt", b"x", by=slack.ada)
        await slack.post("look", by=slack.ada, files=[file])
        before = slack.base_url

    async with run() as slack:
        [message] = slack.messages("#general")
        assert slack.base_url != before
        assert message.files == [file.as_slack(slack.base_url)]


async def test_what_is_chosen_in_a_home_tab_is_chosen_again(run, ear_at):
    async with run() as slack:
        await slack.client.views_publish(user_id="U0ADA", view=HOME)
        await ear_at(slack)
        home = slack.workspace.views.homes["U0ADA"]
        await slack.press(home, "card", "priority", "high", by=slack.ada)

    async with run() as slack:
        chosen = slack.workspace.views.homes["U0ADA"].typed["card"]["priority"]
        assert chosen["selected_option"]["value"] == "high"


async def test_without_a_file_nothing_is_written(run, tmp_path):
    async with run(keep=None) as slack:
        slack.say("hi", by=slack.ada)

    assert list(tmp_path.iterdir()) == []


PROGRAM = """
import asyncio, sys
from pathlib import Path
from localslack import Manifest, local_slack

async def main():
    async with local_slack(
        manifest=Manifest(), signing_secret="s", bot_token="t", keep=Path(sys.argv[1])
    ) as slack:
        for number in range(10**9):
            message = slack.say("x" * 5000, by=slack.ada)
            slack.workspace.edit(message, str(number))
            print(message.ts, number, flush=True)
            await asyncio.sleep(0)

asyncio.run(main())
"""


async def test_a_kill_loses_nothing_that_was_shown(run, path, clock):
    shown = {}
    for _ in range(3):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, str(path)), stdout=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(LONGEST_WAIT):
            for _ in range(200):
                ts, number = (await process.stdout.readline()).decode().split()
                shown[ts] = number
        process.kill()
        rest = (await process.stdout.read()).decode().splitlines(keepends=True)
        shown |= dict(line.split() for line in rest if line.endswith("\n"))
        await process.wait()

    async with run() as slack:
        kept = {each.ts: each.text for each in slack.messages("#general")}
    assert len(shown) >= 600
    assert {ts: kept.get(ts) for ts in shown} == shown


async def test_two_programs_do_not_share_a_file(run, path):
    async with run():
        with pytest.raises(CannotKeep, match="another local Slack is using it"):
            async with run():
                pass


async def test_a_file_of_something_else_is_left_as_it_is(run, path):
    path.write_text("My notes, which are no database at all. " * 100)

    with pytest.raises(CannotKeep, match="not a database"):
        async with run():
            pass

    assert path.read_text().startswith("My notes")


async def test_a_file_of_another_version_is_left_as_it_is(run, path):
    async with run() as slack:
        slack.say("hi", by=slack.ada)
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 99")
    database.close()

    with pytest.raises(CannotKeep, match="another version"):
        async with run():
            pass


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE messages SET body = '{'",
        "UPDATE messages SET body = '[]'",
        "UPDATE messages SET body = '{}'",
        "DELETE FROM channels; UPDATE messages SET body = replace(body, 'C0', 'C9')",
        "DROP TABLE messages",
    ],
)
async def test_a_file_that_is_damaged_is_named_and_left_as_it_is(run, path, broken):
    async with run() as slack:
        slack.say("hi", by=slack.ada)
    database = sqlite3.connect(path)
    database.executescript(broken)
    database.close()
    before = path.read_bytes()

    with pytest.raises(CannotKeep) as refused:
        async with run():
            pass

    assert str(refused.value) == f"{path} is damaged: put a copy in its place, or delete it."
    assert path.read_bytes() == before


async def test_a_file_that_was_cut_off_is_named(run, path):
    async with run() as slack:
        for number in range(200):
            slack.say(f"hi {number}", by=slack.ada)
    path.write_bytes(path.read_bytes()[:20_000])

    with pytest.raises(CannotKeep, match=r"is damaged|is malformed"):
        async with run():
            pass


async def test_what_a_later_program_added_does_not_stop_this_one(run, path):
    async with run() as slack:
        slack.say("hi", by=slack.ada)
    database = sqlite3.connect(path)
    [body] = database.execute("SELECT body FROM messages").fetchone()
    database.execute("UPDATE messages SET body = ?", [json.dumps({**json.loads(body), "new": 1})])
    database.commit()
    database.close()

    async with run() as slack:
        assert [each.text for each in slack.messages("#general")] == ["hi"]


async def test_nobody_else_on_the_machine_can_read_the_file(run, path):
    async with run() as slack:
        slack.say("hi", by=slack.ada)

    assert path.stat().st_mode & 0o077 == 0
