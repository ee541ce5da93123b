"""The README is followed to the letter: its manifest, its app, and what it says to paste."""

import asyncio
import re
from pathlib import Path

import pytest
import yaml

import localslack
from localslack import Manifest
from tests.conftest import LONGEST_WAIT
from tests.localslack.test_alone import free_port, heard, local, session, start  # noqa: F401

README = (Path(localslack.__file__).parent / "README.md").read_text()
EVENTS_URL = "http://127.0.0.1:3000/slack/events"


def blocks(language):
    """What stands in the README in this language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def by_socket(manifest):
    [command] = manifest["features"]["slash_commands"]
    del command["url"]
    return manifest | yaml.safe_load(blocks("yaml")[1])


def as_for_socket_mode(app):
    last, module = re.search(
        r"last line is\n`(\w+\(.*?\)\.start\(\))`, from\n`([\w.]+)`", README
    ).groups()
    app = re.sub(r", signing_secret=.*?\]\)", ")", app)
    *rest, _ = app.rstrip().split("\n")
    return "\n".join([f"from {module} import SocketModeHandler", *rest, last])


@pytest.mark.parametrize("mode", ["over HTTP", "by Socket Mode"])
async def test_the_readmes_app_answers_after_what_the_readme_says(
    start,  # noqa: F811
    local,  # noqa: F811
    session,  # noqa: F811
    tmp_path,
    mode,
):
    manifest, app = yaml.safe_load(blocks("yaml")[0]), blocks("python")[0]
    url = EVENTS_URL.replace("3000", str(free_port()))
    assert f"--manifest manifest.yml --events-url {EVENTS_URL}" in README
    if mode == "over HTTP":
        arguments = ["--events-url", url]
    else:
        manifest, app, arguments = by_socket(manifest), as_for_socket_mode(app), []
    assert Manifest.parse(manifest).objections() == []
    path = tmp_path / "manifest.yml"
    path.write_text(yaml.safe_dump(manifest))

    _, page, settings = await local("--manifest", str(path), *arguments)
    await start("-c", app, **settings)

    async with session.get(f"{page}page/feed?as=U0ADA") as feed:
        await said_hello(session, page)
        assert await heard(feed, "Hello <@U0ADA>")


async def said_hello(session, page):  # noqa: F811
    """As soon as the app runs."""
    given = {"as": "U0ADA", "channel": "C0GENERAL", "command": "/hello", "text": ""}
    answer = {"error": "dispatch_failed"}
    async with asyncio.timeout(LONGEST_WAIT):
        while "dispatch_failed" in answer.get("error", ""):
            await asyncio.sleep(0.05)
            async with session.post(f"{page}page/command", json=given) as response:
                answer = await response.json()
    assert answer == {"ok": True}
