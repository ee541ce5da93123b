"""A secret that is made once and kept in a file, which nobody else may read."""

import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path

import structlog

log = structlog.get_logger("helpdesk")

# Of what we make 64 characters; a secret that somebody put there has to be a good one as well.
_SHORTEST = 32


class BadSecret(Exception):
    """Says what is the matter with the file, and never what is in it."""


def kept_secret(path: Path) -> str:
    """Two processes that start at once end up with the same one.

    Raises BadSecret for a file that holds none. It is not made anew by itself: whoever has a copy
    of the old one can bring it back, and nobody is signed out unasked.
    """
    try:
        if not path.exists():
            _make(path)
        _tighten(path)
        found = path.read_text("ascii").removesuffix("\n")
    except UnicodeDecodeError:
        found = ""
    except OSError as error:
        raise BadSecret(
            f"{path} cannot be read or made ({error.strerror}): mend that, or set JWT_SECRET."
        ) from error
    if not re.fullmatch(rf"[!-~]{{{_SHORTEST},}}", found):
        raise BadSecret(
            f"{path} holds no secret to sign tokens with, as after a power cut. Bring it back from "
            "a backup, or delete it: a new one is made then, and everybody signs in again."
        )
    return found


def _make(path: Path) -> None:
    """On the disk, whole, before it has its name."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        # Unlike a renaming this leaves in place what another process made meanwhile.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _tighten(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & 0o077:
        return
    with suppress(PermissionError):  # Somebody else's file, which we may read.
        path.chmod(0o600)
    # Whoever read it can sign tokens as anybody.
    log.warning(
        "the secret's file was open to others: delete it if somebody else may have read it",
        file=str(path),
        mode=f"{mode:04o}",
    )
