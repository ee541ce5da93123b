"""`python -m localslack`: a Slack on this machine for any app that is written for Slack."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from localslack.local_slack import LocalSlack, local_slack
from localslack.manifest import Manifest
from localslack.state.keeping import CannotKeep

PORT = 4500


class Unusable(Exception):
    """Its text says what is wrong with how this was started."""


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="localslack", description=__doc__)
    parser.add_argument("--manifest", type=Path, required=True, help="the app's, YAML or JSON")
    parser.add_argument(
        "--events-url",
        metavar="URL",
        help="where the app takes Slack's requests, such as "
        "http://127.0.0.1:3000/slack/events; left out, the app connects by Socket Mode",
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"{PORT} unless given, 0 for any")
    parser.add_argument("--signing-secret", default="local-signing-secret", metavar="SECRET")
    parser.add_argument("--bot-token", default="xoxb-local", metavar="TOKEN")
    parser.add_argument("--app-token", default="xapp-local", metavar="TOKEN")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keeps what is posted")
    return parser.parse_args(arguments)


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
    other = ("SLACK_SIGNING_SECRET", given.signing_secret)
    if given.events_url is None:
        other = ("SLACK_APP_TOKEN", given.app_token)
    objections = [
        f"Slack would object to the manifest: {each}.\n" for each in slack.manifest.objections()
    ]
    return (
        f"{''.join(objections)}"
        f"The page is at {slack.base_url}\n\n"
        "The app needs:\n"
        f"  SLACK_BOT_TOKEN={slack.bot_token}\n"
        f"  {other[0]}={other[1]}\n"
        f"  base_url={slack.api_url} for its WebClient\n\n"
        "Ctrl-C ends it.\n"
    )


def main() -> None:
    given = options()
    try:
        asyncio.run(serve(given))
    except (Unusable, CannotKeep) as wrong:
        sys.exit(str(wrong))
    except (OSError, OverflowError) as error:
        reason = (
            os.strerror(error.errno or 0) if isinstance(error, OSError) else "there is no such port"
        )
        sys.exit(f"Cannot listen on 127.0.0.1:{given.port}: {reason}.")


if __name__ == "__main__":
    main()
