"""Where a server of our own can have its socket."""

import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def place_for_socket(wished: Path) -> Iterator[Path]:
    """This one, or else one in a folder for temporary files that is its owner's alone.

    A socket's path has 107 bytes at most (unix(7)), and not every file system takes sockets. What
    is left of a killed server is removed: nobody may listen there any more.
    """
    if _can_be(wished):
        yield wished
        return
    with tempfile.TemporaryDirectory(prefix="helpdesk-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / wished.name


def _can_be(address: Path) -> bool:
    """Whether a socket can be made there, by a path that the server and the driver read alike."""
    if not re.fullmatch(r"[\w/. -]+", str(address)):
        return False
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.bind(str(address))
        except OSError:
            return False
    address.unlink()
    return True
