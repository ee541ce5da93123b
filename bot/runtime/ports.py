"""What is said when a port is not to be had: which setting chooses it."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import DeskError


class CannotListen(DeskError):
    """The port that a setting names cannot be listened on."""


@contextmanager
def on_port(setting: str, port: int) -> Iterator[None]:
    """Around the moment in which the port is taken, and nothing else."""
    try:
        yield
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            said = "HOST must be an address or a name of this machine, such as 127.0.0.1."
        elif error.errno == errno.EADDRINUSE:
            said = f"Port {port} is taken: stop what uses it, or set {setting} to another."
        else:
            said = f"Nothing can listen on {setting} {port}: {error.strerror or error}."
        raise CannotListen(said) from error
