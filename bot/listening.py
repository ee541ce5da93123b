"""What is said when a port is not to be had: which setting chooses it."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import DeskError


class CannotListen(DeskError):
    """The port that a setting names cannot be listened on."""


@contextmanager
def on_port(setting: str) -> Iterator[None]:
    """Around the moment in which the port is taken, and nothing else."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotListen(f"{reason}. Is another program using {setting}?") from error
