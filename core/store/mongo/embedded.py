"""A MongoDB server on one's own machine, for trying the desk and for its tests.

Keeps to itself where the server comes from, which files it uses and how it is stopped. It listens
on a socket in a folder of its starter's own, and on no port: other accounts of the machine have no
way to it, and whoever has one needs no password.
"""

import asyncio
import fcntl
import importlib.util
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from pymongo import AsyncMongoClient
from pymongo.errors import AutoReconnect, OperationFailure, PyMongoError

from core.store.mongo.socket_places import place_for_socket

REPLICA_SET = "helpdesk"
JOURNAL_FILE = "10MB"  # What is larger is written all the same, and makes its file larger.
TICK = 0.01
PATIENCE = 30.0  # A start takes half a second and a stop one; a busy small machine needs more.
ALREADY_INITIALIZED = 23

# Becomes the server, whose files nobody else may read, after asking Linux to terminate it when
# its starter ends, however that ends. Linux means the thread that started it, the event loop's.
WITH_ITS_STARTER = """
import ctypes, os, sys
os.umask(0o077)
ctypes.CDLL(None).prctl(1, 15)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


class NoMongo(Exception):
    """No MongoDB server for this machine: install one, so that mongod is on the PATH, or set
    MONGO_URI, such as mongodb://host/helpdesk."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or " ".join(str(type(self).__doc__).split()))


def installed_mongod() -> str | None:
    """The wheel's `mongod`, found without importing its package; otherwise the one on PATH."""
    package = importlib.util.find_spec("fiftyone")
    for folder in (package and package.submodule_search_locations) or ():
        program = Path(folder) / "db" / "bin" / "mongod"
        if program.is_file():
            return str(program)
    return shutil.which("mongod")


@asynccontextmanager
async def embedded_mongo(
    data: Path,
    arguments: Sequence[str] = (),
    *,
    find: Callable[[], str | None] = installed_mongod,
) -> AsyncIterator[str]:
    """The URI of a one-member replica set that keeps its data in `data` and takes writes.

    Whoever comes first starts the server, with these further arguments, and stops it on leaving;
    whoever comes meanwhile, from this process or another, joins it. The server never outlives its
    starter: those who joined then meet the usual errors of a lost database and must start again.
    What was acknowledged survives the death of the server and of its starter.
    """
    program = find()
    if program is None:
        raise NoMongo
    data = data.expanduser().resolve()
    with _claim(data) as claim:
        running = await _joined(claim, data)
        if running is not None:
            yield _uri(running)
            return
        await _leftover_ended(data / "mongo")
        with place_for_socket(data / "mongod.sock") as address:
            async with _started(program, data, address, arguments):
                print(address, file=claim, flush=True)
                yield _uri(address)


def _uri(address: Path) -> str:
    return f"mongodb://{quote(str(address), safe='')}/helpdesk?directConnection=true"


def _claim(data: Path) -> IO[str]:
    """The file whose lock says who runs the server here, and whose text says where it listens."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data / "mongo").mkdir(mode=0o700, exist_ok=True)
        for file in ("mongod.log", "mongo/mongod.lock"):
            (data / file).touch(mode=0o600)
        return (data / "mongod.address").open("a+")
    except OSError as error:
        raise NoMongo(
            f"{data} cannot hold a database ({error.strerror}): set HELPDESK_DATA or MONGO_URI."
        ) from error


async def _joined(claim: IO[str], data: Path) -> Path | None:
    """Where the server listens that somebody else runs here; None when it is now ours to start."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not _locked(claim):
                claim.seek(0)
                said = claim.read()
                if said.endswith("\n") and await _serves(address := Path(said[:-1])):
                    return address
                await asyncio.sleep(TICK)
    except TimeoutError:
        raise NoMongo(
            f"Another process runs MongoDB in {data}, but it does not answer: "
            "stop that process, or set MONGO_URI."
        ) from None
    claim.truncate(0)
    return None


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _serves(address: Path) -> bool:
    try:
        async with _client(address) as client:
            hello = await client.admin.command("hello")
    except PyMongoError:
        return False
    return bool(hello["isWritablePrimary"])


def _client(address: Path) -> AsyncMongoClient[dict[str, Any]]:
    """Polls: a server that is reconfigured cuts the streams of those that wait for its news."""
    return AsyncMongoClient(
        _uri(address), serverMonitoringMode="poll", serverSelectionTimeoutMS=1000
    )


@asynccontextmanager
async def _started(
    program: str, data: Path, address: Path, arguments: Sequence[str]
) -> AsyncIterator[None]:
    server = await _launched(data, program, *_options(data, address), *arguments)
    try:
        await _made_writable(server, address, data)
        yield
    finally:
        await _stopped(server)


async def _leftover_ended(folder: Path) -> None:
    """A server whose starter was killed has been told to end; one that does not is made to."""
    if await _unused(folder, within=2):
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal_server_of(folder, number)
        if await _unused(folder, within=10):
            return
    raise NoMongo(f"A MongoDB that cannot be stopped uses {folder}: set MONGO_URI.")


async def _unused(folder: Path, *, within: float) -> bool:
    """Whether no server holds its lock on this folder, now or soon."""
    with suppress(TimeoutError), (folder / "mongod.lock").open() as lock:
        async with asyncio.timeout(within):
            while not _locked(lock):
                await asyncio.sleep(TICK)
            return True
    return False


def _signal_server_of(folder: Path, number: signal.Signals) -> None:
    """Signals the server that holds this folder's lock and wrote its pid there: no stranger."""
    with suppress(ValueError, ProcessLookupError):  # It is just ending.
        pid = int((folder / "mongod.lock").read_text())
        if not _runs_on(folder, pid):
            raise NoMongo(f"A MongoDB of another container uses {folder}: stop it first.")
        os.kill(pid, number)


def _runs_on(folder: Path, pid: int) -> bool:
    """Whether this process was started for this folder; without /proc the lock alone tells."""
    command = Path(f"/proc/{pid}/cmdline")
    if command.exists():
        return os.fsencode(folder) in command.read_bytes().split(b"\0")
    return not Path("/proc/self").exists()


def _options(data: Path, address: Path) -> list[str]:
    """What keeps the server to us and small: its oplog would take a twentieth of the disk, and
    another socket of its own, in /tmp, would be in the way of every other server there.

    Compressors are what an unknown caller can reach first (CVE-2025-14847), and do nothing here.
    A journal's file is 100 MB else, of which there are three, and each start reads them.
    """
    fixed = (
        "--networkMessageCompressors disabled --quiet --wiredTigerCacheSizeGB 0.5 --oplogSize 128"
    )
    fixed += f" --wiredTigerEngineConfigString log=(file_max={JOURNAL_FILE})"
    listening = ["--bind_ip", str(address), "--filePermissions", "0600", "--nounixsocket"]
    return [*fixed.split(), *listening, "--dbpath", str(data / "mongo"), "--replSet", REPLICA_SET]


async def _launched(data: Path, *command: str) -> Process:
    """The server's process, out of reach of the terminal's Ctrl-C; its log is this run's only."""
    if sys.platform == "linux":
        starter = str(os.getpid())
        command = (sys.executable, "-I", "-S", "-c", WITH_ITS_STARTER, starter, *command)
    with (data / "mongod.log").open("wb") as log:
        return await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=log, stderr=STDOUT, start_new_session=True
        )


async def _made_writable(server: Process, address: Path, data: Path) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await _listening(server, address)
            async with _client(address) as client:
                while not await _is_writable_by_now(server, client, address):
                    await asyncio.sleep(TICK)
    except (OSError, PyMongoError) as error:  # OSError is also the timeout.
        raise NoMongo(
            f"MongoDB did not start in {data} ({_last_words(data / 'mongod.log')}): "
            "mend that, or set MONGO_URI."
        ) from error


async def _listening(server: Process, address: Path) -> None:
    """Returns when the server takes connections: asking the driver would cost half a second."""
    while server.returncode is None:
        with suppress(ConnectionRefusedError, FileNotFoundError):
            _, writer = await asyncio.open_unix_connection(address)
            writer.close()
            return
        await asyncio.sleep(TICK)
    raise ConnectionRefusedError


async def _is_writable_by_now(
    server: Process, client: AsyncMongoClient[dict[str, Any]], address: Path
) -> bool:
    try:
        return await _is_writable(client, address)
    except AutoReconnect:
        # A member that changes its role may close its connections.
        if server.returncode is not None:
            raise
        return False


async def _is_writable(client: AsyncMongoClient[dict[str, Any]], address: Path) -> bool:
    """Whether it is the primary; a new server, and one elsewhere, first learns that it is."""
    hello = await client.admin.command("hello")
    if hello.get("isreplicaset"):
        alone = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": str(address)}]}
        try:
            await client.admin.command("replSetInitiate", alone)
        except OperationFailure as error:
            if error.code != ALREADY_INITIALIZED:
                raise
            await client.admin.command("replSetReconfig", alone | {"version": 1}, force=True)
    return bool(hello["isWritablePrimary"])


def _last_words(log: Path) -> str:
    """What the log first complains of, or else ends with, without the wrapping."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line]
    complaints = [line for line in lines if re.search('"s":"[EF]"|^Error', line)]
    line = [*complaints, *lines[-1:], "it said nothing"][0]
    return ": ".join(re.findall(r'"(?:msg|errmsg|error|error_str)":"([^"]+)"', line)) or line


async def _stopped(server: Process) -> None:
    """Told at once, so that being cancelled while waiting leaves nothing behind."""
    with suppress(ProcessLookupError):
        server.terminate()
    try:
        async with asyncio.timeout(PATIENCE):
            await server.wait()
    except TimeoutError:
        server.kill()
        await server.wait()
