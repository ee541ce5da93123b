"""What was posted outlives the program: one SQLite file, written whenever something changes.

Every change is a transaction: a program that is killed loses nothing that it ever showed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from localslack.state.files import File
from localslack.state.messages import Channel, Message
from localslack.state.open_views import View
from localslack.state.people import Person
from localslack.state.workspace import Change, Workspace

VERSION = 1
TABLES = """
CREATE TABLE channels (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE messages (
    channel TEXT NOT NULL, ts TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (channel, ts)
);
CREATE TABLE files (id TEXT PRIMARY KEY, body TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE homes (person TEXT PRIMARY KEY, body TEXT NOT NULL);
"""


class CannotKeep(Exception):
    """Its text says what is the matter with the file."""


class InUse(CannotKeep):
    """Another local Slack has the file."""


@contextmanager
def kept(path: Path, workspace: Workspace) -> Iterator[None]:
    """Fills the workspace with what the file holds, and writes what changes from then on."""
    try:
        database = opened(path)
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:
            said = f"Nothing can be kept in {path}: another local Slack is using it."
            raise InUse(said) from error
        raise CannotKeep(f"Nothing can be kept in {path}: {error}.") from error
    except OSError as error:
        raise CannotKeep(f"Nothing can be kept in {path}: {error.strerror}.") from error
    keeper = Keeper(database, workspace)
    try:
        try:
            keeper.restore()
        # What was written as JSON of ours is no more, or not all of it is there.
        except (sqlite3.Error, ValueError, LookupError, TypeError) as error:
            said = f"{path} is damaged: put a copy in its place, or delete it."
            raise CannotKeep(said) from error
        workspace.watchers.append(keeper.changed)
        yield
    finally:
        if keeper.changed in workspace.watchers:
            workspace.watchers.remove(keeper.changed)
        database.close()


def opened(path: Path) -> sqlite3.Connection:
    """For this program alone: two that write would not know of each other's messages."""
    path.touch(mode=0o600)
    database = sqlite3.connect(path, timeout=0.5, isolation_level=None)
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        # Safe when the program is killed. When the machine loses power, the last few may be lost.
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("BEGIN IMMEDIATE")
        [version] = database.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise CannotKeep(f"{path} was written by another version of the local Slack.")
        if version == 0:
            for table in TABLES.split(";"):
                database.execute(table)
            database.execute(f"PRAGMA user_version = {VERSION}")
        database.execute("COMMIT")
    except BaseException:
        database.close()
        raise
    return database


class Keeper:
    def __init__(self, database: sqlite3.Connection, workspace: Workspace) -> None:
        self._database = database
        self._workspace = workspace

    def restore(self) -> None:
        workspace = self._workspace
        channels = [channel(json.loads(body)) for [body] in self._rows("channels", "body")]
        places = workspace.channels | {each.id: each for each in channels}
        said = [json.loads(body) for [body] in self._rows("messages", "body", "ORDER BY ts")]
        workspace.restore(channels, [message(each, places) for each in said])
        for body, content in self._rows("files", "body, content"):
            file = File(**known(File, json.loads(body)), content=content)
            workspace.files.all[file.id] = file
        for [body] in self._rows("homes", "body"):
            home = json.loads(body)
            person = workspace.people.get(home["person"])
            if person is not None:
                view = workspace.views.restore_home(home["id"], person, home["given"])
                view.typed = home["typed"]

    def changed(self, what: Change) -> None:
        if isinstance(what, Channel):
            self._write("channels (id, body)", what.id, spelled(what, members=sorted(what.members)))
        elif isinstance(what, Message):
            self._message(what)
        elif isinstance(what, File):
            self._file(what)
        elif isinstance(what, Person) and what.id in self._workspace.views.homes:
            self._home(self._workspace.views.homes[what.id])

    def _message(self, what: Message) -> None:
        """An ephemeral one is not kept, as in Slack, where a reload takes it away."""
        if what.ephemeral_to:
            return
        if what.is_gone:
            named = (what.channel.id, what.ts)
            self._database.execute("DELETE FROM messages WHERE channel = ? AND ts = ?", named)
        else:
            body = spelled(what, channel=what.channel.id)
            self._write("messages (channel, ts, body)", what.channel.id, what.ts, body)

    def _file(self, what: File) -> None:
        if self._workspace.files.find(what.id) is None:
            self._database.execute("DELETE FROM files WHERE id = ?", (what.id,))
        elif what.content is not None:
            self._write("files (id, body, content)", what.id, spelled(what), what.content)

    def _home(self, home: View) -> None:
        person = home.person.id
        body = {"id": home.id, "person": person, "given": home.given, "typed": home.typed}
        self._write("homes (person, body)", person, json.dumps(body))

    def _write(self, where: str, *values: str | bytes) -> None:
        places = ", ".join("?" * len(values))
        self._database.execute(f"REPLACE INTO {where} VALUES ({places})", values)  # noqa: S608

    def _rows(self, table: str, what: str, order: str = "") -> Iterable[Any]:
        return self._database.execute(f"SELECT {what} FROM {table} {order}")  # noqa: S608


def spelled(what: Channel | Message | File, **instead: Any) -> str:
    there = {each.name: getattr(what, each.name) for each in fields(what)}
    there.pop("content", None)
    return json.dumps({**there, **instead})


def known(kind: type[Channel | Message | File], given: dict[str, Any]) -> dict[str, Any]:
    """Only what the kind still has: a file may be older than the program."""
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in given.items() if name in names}


def channel(given: dict[str, Any]) -> Channel:
    return Channel(**known(Channel, {**given, "members": set(given["members"])}))


def message(given: dict[str, Any], places: dict[str, Channel]) -> Message:
    return Message(**known(Message, {**given, "channel": places[given["channel"]]}))
