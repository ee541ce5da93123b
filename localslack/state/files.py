"""Files: uploaded by people or in the three steps of an app, kept with what is in them."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

LARGEST = 16 * 1024**2
EXPECTED_FOR = 60 * 60
"""Seconds; what was begun and not completed is forgotten then."""


@dataclass(eq=False)
class File:
    id: str
    name: str
    title: str
    user: str
    created: int
    size: int
    mimetype: str
    alt_text: str = ""
    content: bytes | None = None
    """None until it came: an app says first how much will come."""
    complete: bool = False
    """Before, nobody but the uploader knows of it."""

    @property
    def filetype(self) -> str:
        return PurePosixPath(self.name).suffix.lstrip(".").lower() or "binary"

    @property
    def path(self) -> str:
        """Where it is to be had, on this Slack."""
        return f"files/{self.id}/{quote(self.name, safe='')}"

    def as_slack(self, base_url: str) -> dict[str, Any]:
        address = base_url + self.path
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": self.filetype,
            "pretty_type": self.filetype.upper(),
            "user": self.user,
            "mode": "hosted",
            "editable": False,
            "is_external": False,
            "is_public": True,
            "public_url_shared": False,
            "size": self.size,
            "url_private": address,
            "url_private_download": address,
            "permalink": address,
        } | ({"alt_txt": self.alt_text} if self.alt_text else {})


class Files:
    def __init__(
        self, next_id: Callable[[str], str], changed: Callable[[File], None] = lambda _: None
    ) -> None:
        """`changed` is told of each file when it is complete, and when it is deleted."""
        self.all: dict[str, File] = {}
        self._next_id = next_id
        self._changed = changed
        self._expected: dict[str, File] = {}

    def find(self, file_id: str) -> File | None:
        return self.all.get(file_id)

    def add(
        self,
        name: str,
        content: bytes,
        user: str,
        at: float,
        *,
        title: str = "",
        alt_text: str = "",
        mimetype: str = "",
    ) -> File:
        """A person's file, all at once."""
        file = self._new(name, len(content), user, at, alt_text)
        file.title = title or name
        file.mimetype = mimetype or file.mimetype
        file.content = content
        self.finish(file)
        return file

    def expect(self, name: str, size: int, user: str, at: float, alt_text: str) -> tuple[File, str]:
        """A file that is to come, and the secret by which it may."""
        self._forget(at - EXPECTED_FOR)
        file, secret = self._new(name, size, user, at, alt_text), secrets.token_hex(16)
        self._expected[secret] = file
        return file, secret

    def expected(self, secret: str) -> File | None:
        return self._expected.get(secret)

    def finish(self, file: File) -> None:
        """From now on others know of it."""
        file.complete = True
        self._changed(file)

    def delete(self, file_id: str) -> None:
        self._changed(self.all.pop(file_id))

    def _forget(self, before: float) -> None:
        """Of what was expected: a file that came is no longer expected, the others are gone."""
        past = [name for name, file in self._expected.items() if file.created < before]
        for file in map(self._expected.pop, past):
            if not file.complete:
                self.all.pop(file.id, None)

    def _new(self, name: str, size: int, user: str, at: float, alt_text: str) -> File:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(self._next_id("F"), name, name, user, int(at), size, kind, alt_text)
        self.all[file.id] = file
        return file
