"""The least of an HTTP client, because a comfortable one would be slower than what it measures."""

import asyncio
import json
import re
from typing import Any

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(
        self, method: str, path: str, *, token: str | None = None, body: Any = None, key: str = ""
    ) -> bytes:
        """The answer's body; anything but a success ends the measurement."""
        content = json.dumps(body).encode() if body is not None else b""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(content)}"]
        lines += [f"Authorization: Bearer {token}"] if token else []
        lines += ["Content-Type: application/json"] if content else []
        lines += [f"Idempotency-Key: {key}"] if key else []
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        head = await self._reader.readuntil(b"\r\n\r\n")
        found = _LENGTH.search(head)
        said = await self._reader.readexactly(int(found[1]) if found else 0)
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(f"{method} {path}: {head.decode()}{said.decode()}")
        return said

    def close(self) -> None:
        self._writer.close()
