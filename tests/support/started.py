"""The program as it is started: this code wherever it is installed, and these settings and nothing
else in its environment."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from tests.conftest import LONGEST_WAIT

COMMAND = [sys.executable, "-m", "bot"]


def environment(settings):
    here = Path(__file__).parents[2]
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(here)} | settings


async def ended(*words, cwd, settings):
    """Its exit status, and what it wrote to stdout and to stderr, once it has ended."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *words, cwd=cwd, env=environment(settings), stdout=PIPE, stderr=PIPE
    )
    async with asyncio.timeout(LONGEST_WAIT):
        said, complaints = await process.communicate()
    return process.returncode, said.decode(), complaints.decode()
