"""Settings, secrets and the disk: what is looked at without asking anybody."""

import shutil
import tempfile
from collections.abc import Iterator

from bot.command_line.checks.finding import Finding, ok, problem, unchecked
from bot.runtime.secrets import short_secrets
from core.settings import BadSettings, Settings

MIB = 2**20
# MongoDB stops where it cannot write; its journal and log of operations alone take 160 MiB.
LEAST_FREE = 512 * MIB


def of_machine(settings: Settings) -> Iterator[Finding]:
    yield of_disk(settings)
    yield of_secret(settings)


def of_disk(settings: Settings, *, least: int = LEAST_FREE) -> Finding:
    """By writing there: rights and mounts tell only half of it."""
    if settings.mongo_uri and settings.jwt_secret and settings.slack:
        return unchecked("disk", "nothing is kept on it: MONGO_URI and JWT_SECRET are set")
    folder = settings.desk_data
    try:
        settings.make_folders()
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except BadSettings as error:
        return problem("disk", str(error))
    except OSError as error:
        said = f"HELPDESK_DATA must be a folder that can be written: {error.strerror}."
        return problem("disk", said)
    if free < least:
        return problem(
            "disk",
            f"Only {free // MIB:,} MiB are free where HELPDESK_DATA is, and MongoDB stops when"
            f" nothing is left: have {least // MIB:,} MiB there, or name another folder.",
        )
    return ok("disk", f"HELPDESK_DATA can be written, and {free // MIB:,} MiB are free there.")


def of_secret(settings: Settings) -> Finding:
    for trouble in short_secrets(settings):
        return problem("secret", trouble.message)
    if settings.jwt_secret:
        return ok("secret", "JWT_SECRET is long enough.")
    try:
        there = (settings.data / "jwt_secret").exists()
        if there:
            settings.token_secret()
    except OSError as error:
        return unchecked("secret", f"HELPDESK_DATA cannot be read ({error.strerror})")
    except BadSettings as error:
        return problem("secret", str(error))
    return ok(
        "secret", f"It is kept in HELPDESK_DATA{'' if there else ' from the first start on'}."
    )
