"""How a part of the command begins and ends: its settings, its loop, its exit status."""

import asyncio
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, NoReturn

import structlog
import typer

from bot.runtime import logs
from core.errors import DeskError, InvalidInput
from core.settings import BadSettings, Settings, read_settings
from core.store.mongo.embedded import NoMongo

log = structlog.get_logger("helpdesk")

WORK_FAILED = 1
WRONG_USAGE = 2


def settings() -> Settings:
    try:
        read, unknown = read_settings()
    except BadSettings as error:
        fail(str(error), WRONG_USAGE)
    logs.configure(read.log_level, read.log_format)
    for sentence in unknown:
        log.warning(sentence)
    return read


def run(work: Coroutine[Any, Any, None]) -> None:
    """On uvloop where there is one; what a person can put right is said in a sentence."""
    try:
        with _failing_in_words(), asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(work)
    except (InvalidInput, NoMongo, BadSettings) as error:
        fail(str(error), WRONG_USAGE)
    except DeskError as error:
        fail(str(error), WORK_FAILED)


@contextmanager
def _failing_in_words() -> Iterator[None]:
    """What the machine refuses is said in a sentence."""
    try:
        yield
    except BrokenPipeError:
        # Nobody reads any more: typer ends it, with 1 and without a word.
        raise
    except OSError as error:
        fail(f"{error}.", WORK_FAILED)


@contextmanager
def output() -> Iterator[BinaryIO]:
    """Standard output, for what programs read; whoever reads no further ends the command, with 1
    and without a word."""
    # A file of its own: what cannot be written is not tried again when the program ends.
    with _failing_in_words(), open(sys.stdout.fileno(), "wb", closefd=False) as out:
        yield out


def fail(message: str, status: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(status)


def asked_password() -> str:
    """From a prompt, or from standard input."""
    if sys.stdin.isatty():
        said: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        return said
    return sys.stdin.readline().rstrip("\r\n")


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
