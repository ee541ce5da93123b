"""Processes that are killed, frozen and started again: desks, and members of a replica set."""

import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import randrange

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from core.store.mongo.embedded import WITH_ITS_STARTER, installed_mongod

ROOT = Path(__file__).parents[2]
SET = "faults"


def free_port():
    """Below those that the system gives away: it stays free while its owner is killed."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", randrange(20_000, 32_000)))
            return int(probe.getsockname()[1])


async def listening(port, seconds=60):
    async with asyncio.timeout(seconds):
        while True:
            with suppress(ConnectionError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.02)


class Victim:
    """A process that can be hurt."""

    pid: int | None = None

    def signal(self, number):
        with suppress(ProcessLookupError):
            if self.pid is not None:
                os.kill(self.pid, number)

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        self.signal(signal.SIGCONT)


class Desk(Victim):
    """One `serving` process. Its clock is off by what its clock file says."""

    def __init__(self, forks, name, folder, settings, pause):
        self._forks = forks
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{name}.log"
        self._clock = folder / f"{name}.clock"
        self._settings = settings | {"PORT": self.port}
        self._pause = pause
        # How far its clock was ahead, at most.
        self.ahead = 0
        self.clock_off(0)

    def clock_off(self, seconds):
        self.ahead = max(self.ahead, seconds)
        draft = self._clock.with_suffix(".draft")
        draft.write_text(str(seconds))
        draft.replace(self._clock)

    async def start(self, **changed):
        asked = {
            "settings": self._settings | changed,
            "clock": str(self._clock),
            "pause": self._pause,
            "log": str(self.log),
        }
        self.pid = await self._forks(asked)

    async def kill(self):
        self.signal(signal.SIGKILL)
        await self.gone()

    async def gone(self):
        async with asyncio.timeout(60):
            while self.is_alive():
                await asyncio.sleep(0.01)
        self.pid = None

    def is_alive(self):
        if self.pid is None:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    async def serves(self, session):
        """Returns when it is ready, database and all."""
        async with asyncio.timeout(60):
            while True:
                if not self.is_alive():
                    # A desk that meets no database at its start ends, for its supervisor to repeat.
                    await self.start()
                with suppress(OSError, asyncio.TimeoutError):
                    async with session.get(f"{self.url}/readyz", timeout=2) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def forking():
    """What starts desks: takes what forks.py reads, and gives the process's id."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.forks",
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TZ": "UTC"},
        stdin=PIPE,
        stdout=PIPE,
    )
    turn = asyncio.Lock()

    async def fork(asked):
        async with turn:
            program.stdin.write(json.dumps(asked).encode() + b"\n")
            return int(await program.stdout.readline())

    try:
        yield fork
    finally:
        # Its children are killed with it.
        program.stdin.close()
        await program.wait()


class Member(Victim):
    """One mongod, on the same port and data whenever it is started."""

    def __init__(self, folder):
        self.port = free_port()
        self._folder = folder
        self._process = None
        folder.mkdir()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    async def start(self):
        options = f"--bind_ip 127.0.0.1 --nounixsocket --quiet --port {self.port} --replSet {SET}"
        options += " --wiredTigerCacheSizeGB 0.25 --oplogSize 64"
        options += " --setParameter enableTestCommands=1"
        command = [installed_mongod(), *options.split(), "--dbpath", str(self._folder)]
        with (self._folder.parent / f"{self._folder.name}.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-S", "-c", WITH_ITS_STARTER, str(os.getpid()), *command),
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                start_new_session=True,
            )
        self.pid = self._process.pid

    async def ended(self, number):
        self.signal(number)
        await self._process.wait()
        self.pid = None

    async def running(self):
        self.thaw()
        if self.pid is None or self._process.returncode is not None:
            await self.start()
        await listening(self.port)

    def client(self, **options):
        return AsyncMongoClient(
            "127.0.0.1", self.port, directConnection=True, serverSelectionTimeoutMS=2000, **options
        )

    async def failpoint(self, name, mode):
        async with self.client() as client:
            await client.admin.command("configureFailPoint", name, mode=mode)


class ReplicaSet:
    def __init__(self, members):
        self.members = members

    @property
    def uri(self):
        hosts = ",".join(member.address for member in self.members)
        return f"mongodb://{hosts}/helpdesk?replicaSet={SET}"

    async def start(self):
        for member in self.members:
            await member.running()
        hosts = [{"_id": at, "host": member.address} for at, member in enumerate(self.members)]
        quick = {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500}
        config = {"_id": SET, "members": hosts, "settings": quick}
        async with self.members[0].client() as client:
            await client.admin.command("replSetInitiate", config)
        await self.primary()

    async def healthy(self):
        for member in self.members:
            await member.running()
        await self.primary()

    async def primary(self):
        """The member that takes writes, as soon as there is one."""
        async with asyncio.timeout(60):
            while True:
                for member in self.members:
                    if await _is_primary(member):
                        return member
                await asyncio.sleep(0.05)

    async def secondaries(self):
        primary = await self.primary()
        return [member for member in self.members if member is not primary]

    async def step_down(self):
        primary = await self.primary()
        async with primary.client() as client:
            with suppress(PyMongoError):
                await client.admin.command("replSetStepDown", 3, secondaryCatchUpPeriodSecs=2)


async def _is_primary(member):
    # A frozen one takes connections and says nothing.
    try:
        async with member.client(timeoutMS=1000) as client:
            return (await client.admin.command("hello"))["isWritablePrimary"]
    except PyMongoError:
        return False


@asynccontextmanager
async def replica_set(folder, members):
    """A replica set of so many members, which ends with the block."""
    started = ReplicaSet([Member(folder / f"member-{number}") for number in range(members)])
    try:
        await started.start()
        yield started
    finally:
        for member in started.members:
            if member.pid is not None:
                await member.ended(signal.SIGKILL)
