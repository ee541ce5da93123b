"""Starts desks as processes of their own, at once: everything is imported before they fork.

    python -m tests.faults.forks

reads one JSON object a line (see `run`) and answers each with the new process's id. A desk is what
`helpdesk serve` runs, but for what only tests want: its clock is off by the seconds that a file
says, and its pause between posts and its patience with Socket Mode are given. A machine's clock
cannot be set without rights: what is set is the desk's clock, and the one that `schedule` looks at.
"""

import asyncio
import ctypes
import datetime
import json
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import schedule
import uvloop

from bot.runtime import logs
from bot.serving import serving
from core.clock import utcnow
from core.settings import Settings

DIE_WITH_PARENT = 1
# Seconds without Socket Mode after which a desk connects anew.
PATIENCE = 2.0


async def run(settings, clock_file, pause):
    stop = asyncio.Event()

    def off():
        return datetime.timedelta(seconds=float(Path(clock_file).read_text() or 0))

    def clock():
        return utcnow() + off()

    class Wall(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + off()

    schedule.datetime = SimpleNamespace(**vars(datetime) | {"datetime": Wall})
    async with serving(
        Settings(_env_file=None, **settings), clock=clock, pause=pause, patience=PATIENCE
    ):
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        await stop.wait()


def become_desk(asked):
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    os.dup2(os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    logs.configure("info", "json")
    uvloop.run(run(asked["settings"], asked["clock"], asked["pause"]))


def main():
    # Nobody waits for the desks: they leave no zombies.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                become_desk(json.loads(line))
            finally:
                os._exit(1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
