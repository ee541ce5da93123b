"""`python -m localslack` as a program of its own, beside a ten-line app that is one too."""

import asyncio
import json
import os
import re
import signal
import socket
import sys
from contextlib import AsyncExitStack

import aiohttp
import pytest

from tests.conftest import LONGEST_WAIT
from tests.localslack.conftest import MANIFEST

OVER_HTTP = """
import os
from slack_bolt import App
from slack_sdk import WebClient

client = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = App(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

@app.command("/ticket")
def ticket(ack, command):
    ack(f"Hello <@{command['user_id']}>")

app.start(port=int(os.environ["PORT"]), http_server_logger_enabled=False)
"""
OVER_A_SOCKET = """
import os
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

client = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = App(client=client)

@app.command("/ticket")
def ticket(ack, command):
    ack(f"Hello <@{command['user_id']}>")

SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()
"""


@pytest.fixture
async def start():
    """Starts a program; what is still running at the end is killed."""
    started = []

    async def program(*arguments, **environment):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(process)
        return process

    yield program
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.fixture
def local(start):
    """Starts a local Slack; gives its process and what it said to set in the app."""

    async def started(*arguments):
        process = await start(
            "-m", "localslack", "--manifest", str(MANIFEST), "--port", "0", *arguments
        )
        said = []
        async with asyncio.timeout(LONGEST_WAIT):
            while not said or "Ctrl-C" not in said[-1]:
                line = (await process.stdout.readline()).decode()
                assert line, (await process.stderr.read()).decode()
                said.append(line)
        settings = dict(re.findall(r"^export (\w+)=(\S+)", "".join(said), re.MULTILINE))
        return process, settings["SLACK_API_URL"].removesuffix("api/"), settings

    return started


@pytest.fixture
async def session():
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(aiohttp.ClientSession())


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


async def heard(feed, text):
    """Reads the feed until it brings a message that says this."""
    async with asyncio.timeout(LONGEST_WAIT):
        while line := (await feed.content.readline()).decode():
            if line.startswith("data: "):
                said = json.loads(line.removeprefix("data: "))
                if said.get("text") == text:
                    return said
    raise AssertionError("the feed ended")


async def command(session, page):
    given = {"as": "U0ADA", "channel": "C0GENERAL", "command": "/ticket", "text": "new"}
    async with session.post(f"{page}page/command", json=given) as response:
        return await response.json()


async def answered(session, page):
    """What the page says, once the app runs."""
    async with asyncio.timeout(LONGEST_WAIT):
        while "dispatch_failed" in (answer := await command(session, page)).get("error", ""):
            await asyncio.sleep(0.05)
    return answer


async def test_a_ten_line_app_over_http_answers_a_command_on_the_page(start, local, session):
    port = free_port()
    _, page, settings = await local("--events-url", f"http://127.0.0.1:{port}/slack/events")
    names = {"SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "PORT"}
    assert (settings.keys(), settings["PORT"]) == (names, str(port))
    await start("-c", OVER_HTTP, **settings)

    async with session.get(f"{page}page/feed?as=U0ADA") as feed:
        assert await answered(session, page) == {"ok": True}
        message = await heard(feed, "Hello <@U0ADA>")

    assert (message["user"], message["ephemeral"]) == ("U0BOT", True)


async def test_a_ten_line_app_over_socket_mode_answers_a_command_on_the_page(start, local, session):
    _, page, settings = await local()
    assert settings.keys() == {"SLACK_API_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"}
    await start("-c", OVER_A_SOCKET, **settings)

    async with session.get(f"{page}page/feed?as=U0ADA") as feed:
        assert await answered(session, page) == {"ok": True}
        assert await heard(feed, "Hello <@U0ADA>")


async def test_ctrl_c_ends_it_at_once_and_what_was_said_is_there_again(local, session, tmp_path):
    keep = ("--keep", str(tmp_path / "kept"))
    process, page, _ = await local(*keep)
    given = {"as": "U0ADA", "channel": "C0GENERAL", "text": "hi"}
    async with session.get(f"{page}page/feed?as=U0ADA"):
        await session.post(f"{page}page/say", json=given)
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(LONGEST_WAIT):
            assert await process.wait() == 0
    assert await process.stderr.read() == b""

    _, page, _ = await local(*keep)
    async with session.get(f"{page}page/feed?as=U0BEN") as feed:
        assert (await feed.content.readline()) == b"event: state\n"
        state = json.loads((await feed.content.readline()).removeprefix(b"data: "))
    assert [each["text"] for each in state["messages"]] == ["hi"]


async def test_it_listens_on_loopback_only(local):
    _, page, _ = await local()
    port = int(page.rstrip("/").rpartition(":")[2])

    assert page == f"http://127.0.0.1:{port}/"
    with pytest.raises(OSError, match=r"127\.0\.0\.2"):
        await asyncio.open_connection("127.0.0.2", port)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--manifest", "none.yml"], "none.yml cannot be read: No such file or directory."),
        (["--manifest", "README.md"], "README.md is no manifest of a Slack app: "),
        (["--manifest", str(MANIFEST), "--port", "70000"], "70000: there is no such port."),
        (
            ["--manifest", str(MANIFEST), "--events-url", "localhost:3000"],
            "must be an address such",
        ),
        (["--manifest", str(MANIFEST), "--keep", "/"], "Nothing can be kept in /: "),
    ],
)
async def test_a_wrong_start_is_a_sentence(start, arguments, said):
    process = await start("-m", "localslack", "--port", "0", *arguments)
    _, errors = await process.communicate()

    assert process.returncode == 1
    assert said in errors.decode()
    assert "Traceback" not in errors.decode()


@pytest.mark.parametrize("manifest", [str(MANIFEST), "none.yml"], ids=["alone", "with more"])
async def test_a_port_that_is_taken_is_a_sentence_whatever_else_is_wrong(start, manifest):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = await start("-m", "localslack", "--manifest", manifest, "--port", port)
        _, errors = await process.communicate()

    said = f"Port {port} is taken: stop what uses it, or choose another by --port.\n"
    assert errors.decode() == said


async def test_an_app_without_socket_mode_needs_an_address(start, tmp_path):
    manifest = tmp_path / "manifest.yml"
    manifest.write_text("display_information: {name: Plain}")
    process = await start("-m", "localslack", "--port", "0", "--manifest", str(manifest))
    _, errors = await process.communicate()

    assert errors.decode().endswith("does not enable Socket Mode: say --events-url.\n")


async def test_it_says_what_slack_would_object_to_in_the_manifest(start, tmp_path):
    manifest = tmp_path / "manifest.yml"
    manifest.write_text("display_information: {name: An app whose name is far too long for Slack}")
    process = await start(
        *("-m", "localslack", "--manifest", str(manifest), "--port", "0"),
        *("--events-url", "http://127.0.0.1:1/"),
    )
    first = (await process.stdout.readline()).decode()

    assert first.startswith("Slack would object to the manifest: ")
    assert "35" in first
