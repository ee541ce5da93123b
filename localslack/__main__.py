"""`python -m localslack`: a Slack on this machine for any app that is written for Slack."""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

import yaml

from localslack.local_slack import APPS_OWN, LocalSlack, local_slack
from localslack.manifest import Manifest
from localslack.state.keeping import CannotKeep

HOST = "127.0.0.1"
PORT = 4500
LIKELY_URL = "http://127.0.0.1:3000/slack/events"


class Unusable(Exception):
    """Its text says what is wrong with how this was started."""


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="localslack", description=__doc__)
    parser.add_argument("--manifest", type=Path, required=True, help="the app's, YAML or JSON")
    parser.add_argument(
        "--events-url",
        metavar="URL",
        help="where the app takes Slack's requests, such as "
        f"{LIKELY_URL}; left out, the app connects by Socket Mode",
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"{PORT} unless given, 0 for any")
    for name, default, metavar in (
        ("--signing-secret", "local-signing-secret", "SECRET"),
        ("--bot-token", "xoxb-local", "TOKEN"),
        ("--app-token", APPS_OWN, "TOKEN"),
    ):
        parser.add_argument(name, default=default, metavar=metavar, help=f"{default} unless given")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FILE",
        help="keeps channels, messages, files, reactions and Home tabs for the next start; "
        "not what only one person saw, open forms and the log",
    )
    return parser.parse_args(arguments)


def check_address(url: str | None) -> None:
    try:
        usable = url is None or (urlsplit(url).hostname and urlsplit(url).port != 0)
    except ValueError:
        usable = False
    if not usable:
        said = f"--events-url must be an address such as {LIKELY_URL}, not {url}."
        raise Unusable(said)


def manifest(given: argparse.Namespace) -> Manifest:
    path: Path = given.manifest
    try:
        read = Manifest.read(path)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError) as error:
        reason = " ".join(str(error).split())
        raise Unusable(f"{path} is no manifest of a Slack app: {reason}.") from error
    if given.events_url is None and not read.socket_mode:
        raise Unusable(f"{path} does not enable Socket Mode: say --events-url.")
    return read


def check_port(port: int) -> None:
    """First of all: what is wrong with the rest matters to whoever has the port."""
    with socket.create_server((HOST, port)):
        pass


async def serve(given: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with local_slack(
        manifest=manifest(given),
        signing_secret=given.signing_secret,
        bot_token=given.bot_token,
        app_token=given.app_token,
        events_url=given.events_url,
        rate_limited=True,
        port=given.port,
        keep=given.keep,
    ) as slack:
        sys.stdout.write(welcome(slack, given))
        sys.stdout.flush()
        await stop.wait()


def welcome(slack: LocalSlack, given: argparse.Namespace) -> str:
    objections = [
        f"Slack would object to the manifest: {each}.\n" for each in slack.manifest.objections()
    ]
    settings = [f"export {name}={quote(value)}\n" for name, value in needed(slack, given)]
    return (
        f"{''.join(objections)}"
        f"The page is at {slack.base_url}\n\n"
        "What the app needs, to paste where it is started:\n\n"
        f"{''.join(settings)}\n"
        "Ctrl-C ends it.\n"
    )


def needed(slack: LocalSlack, given: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """What to set in the app's environment."""
    yield "SLACK_BOT_TOKEN", slack.bot_token
    yield "SLACK_API_URL", slack.api_url
    if given.events_url is None:
        yield "SLACK_APP_TOKEN", given.app_token
    else:
        yield "SLACK_SIGNING_SECRET", given.signing_secret
        url = urlsplit(given.events_url)
        yield "PORT", str(url.port or (443 if url.scheme == "https" else 80))


def main() -> None:
    given = options()
    try:
        check_port(given.port)
        check_address(given.events_url)
        asyncio.run(serve(given))
    except (Unusable, CannotKeep) as wrong:
        sys.exit(str(wrong))
    except OverflowError:
        sys.exit(f"Cannot listen on {HOST}:{given.port}: there is no such port.")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.exit(f"Port {given.port} is taken: stop what uses it, or choose another by --port.")
        sys.exit(f"Cannot listen on {HOST}:{given.port}: {os.strerror(error.errno or 0)}.")


if __name__ == "__main__":
    main()
