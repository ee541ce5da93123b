"""The program as it is installed and run: processes of its own, signals, a kill."""

import asyncio
import re
import resource
import signal
import subprocess
from dataclasses import dataclass
from functools import partial

import pytest

from core.people.accounts import Registration, Role
from localslack import RateLimit, local_slack
from tests.bot.conftest import BOT_TOKEN, MANIFEST, SIGNING_SECRET
from tests.conftest import LONGEST_WAIT, SECRET, Caller, Tokens
from tests.slack_schema import sent
from tests.support.started import COMMAND, environment


@dataclass
class Running:
    process: asyncio.subprocess.Process
    greeting: str
    log: list[str]

    @property
    def address(self) -> str:
        return re.search(r"REST +(http://[\d.:]+)/api/", self.greeting)[1]

    @property
    def page(self) -> str:
        """Where the Slack of its own is, if it has one."""
        return re.search(r"Slack +our own, at (http://[\d.:]+)", self.greeting)[1]

    async def stopped(self, sent=signal.SIGTERM) -> int:
        """Its exit status, at most ten seconds later."""
        self.process.send_signal(sent)
        async with asyncio.timeout(10):
            return await self.process.wait()


async def _lines(stream, into):
    while line := await stream.readline():
        into.append(line.decode())


@pytest.fixture
async def serve(tmp_path):
    """Starts `helpdesk serve` with these settings and nothing else in its environment.

    It may open so many `files`, if that is said.
    """
    started, readers = [], []

    async def start(*words, files=None, **settings) -> Running:
        usual = {"PORT": "0", "HELPDESK_LOCAL_SLACK_PORT": "0", "LOG_FORMAT": "json"}
        usual |= {"HELPDESK_RATE_LIMIT": "off", "HELPDESK_ANONYMOUS_RATE_LIMIT": "off"}
        usual |= {"HELPDESK_DATA": str(tmp_path / "data")}
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            "serve",
            *words,
            cwd=tmp_path,
            env=environment(usual | settings),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=files
            and partial(resource.setrlimit, resource.RLIMIT_NOFILE, (files, files)),
        )
        started.append(process)
        log: list[str] = []
        readers.append(asyncio.create_task(_lines(process.stderr, log)))
        async with asyncio.timeout(LONGEST_WAIT):
            greeting = ""
            while "  Slack " not in greeting:
                line = (await process.stdout.readline()).decode()
                assert line, f"it ended before it listened:\n{''.join(log)}"
                greeting += line
            return Running(process, greeting, log)

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()
    await asyncio.gather(*readers)


@pytest.fixture
async def slack():
    """A workspace with Slack's pace: one message a second and channel, after a short burst."""
    async with local_slack(
        manifest=MANIFEST,
        signing_secret=SIGNING_SECRET,
        bot_token=BOT_TOKEN,
        rate_limited=RateLimit(),
    ) as slack:
        yield slack
        assert slack.problems == []
        assert sent.objections(slack) == []


@pytest.fixture
def connected(slack, store, mongo_uri):
    """The settings of a desk that is connected to the local Slack, impatient for tests."""
    return {
        "MONGO_URI": mongo_uri,
        "JWT_SECRET": SECRET,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.api_url,
        "HELPDESK_ALERT_CHANNEL": slack.helpdesk.id,
        "HELPDESK_AGENTS": slack.olga.id,
        "HELPDESK_SCAN_SECONDS": "0.2",
        "HELPDESK_DIGEST_TIME": "off",
        "HELPDESK_SOON_PERCENT": "0",
        "HELPDESK_ALERT_POST_SECONDS": "1",
        "HELPDESK_ALERT_LEASE_SECONDS": "4",
        "HELPDESK_ALERT_HISTORY_SECONDS": "0.5",
    }


@pytest.fixture
def looked(raw_client):
    """Waits until the desks on the tests' own database have looked again: each look finds
    something or not."""

    async def looks():
        status = await raw_client.admin.command("serverStatus")
        return status["metrics"]["commands"]["find"]["total"]

    async def done():
        wanted = await looks() + 60
        async with asyncio.timeout(LONGEST_WAIT):
            while await looks() < wanted:
                await asyncio.sleep(0.05)

    return done


@pytest.fixture
def agent(session, people):
    """A program with an agent's token, talking to the desk at an address."""

    async def at(address: str) -> Caller:
        new = Registration(
            name="Robot", email="robot@example.com", password="correct-horse", role=Role.AGENT
        )
        account = await people.add(new)
        token = Tokens(SECRET).issue(account)
        return Caller(
            session, address, account.id, account.email, {"Authorization": f"Bearer {token}"}
        )

    return at


@pytest.fixture
def helpdesk(tmp_path, mongo_uri, store):
    def run(*words, said="", **settings):
        usual = {"HELPDESK_DATA": str(tmp_path), "MONGO_URI": mongo_uri}
        return subprocess.run(
            [*COMMAND, *words],
            cwd=tmp_path,
            env=environment(usual | settings),
            input=said,
            text=True,
            capture_output=True,
            timeout=60,
            check=False,
        )

    return run
