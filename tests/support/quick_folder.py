"""A folder that is in memory, where the machine has such: nothing waits for a disk there."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

MEMORY = Path("/dev/shm")
PREFIX = "helpdesk-tests-"
# Bytes that a run of all tests may need, and some more.
ROOM = 2 * 2**30


@contextmanager
def quick_folder(otherwise: Path) -> Iterator[Path]:
    """For as long as the block runs, and no longer than this process but for who is killed: what
    they leave, the next one removes."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        yield otherwise
        return
    for left in MEMORY.glob(f"{PREFIX}*"):
        _removed_if_left(left)
    if shutil.disk_usage(MEMORY).free < ROOM:
        yield otherwise
        return
    folder = Path(mkdtemp(prefix=PREFIX, dir=MEMORY))
    with (folder / "used").open("w") as used:
        fcntl.flock(used, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _removed_if_left(folder: Path) -> None:
    try:
        with (folder / "used").open() as used:
            fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:  # It is in use, or just being made, or another account's.
        pass
