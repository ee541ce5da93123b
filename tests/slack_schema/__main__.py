"""Makes the schema of Slack's own types; where that cannot be, says so in one line and is content.

The types come from npm into .venv, where the schema stays too: it is made of others' words.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.slack_schema import by_hand, limits
from tests.slack_schema.judge import SCHEMA

SOURCES = Path(__file__).parent
FOLDER = SCHEMA.parent
# No lock file: it would name a registry. A network that is not there is given up on soon.
INSTALL = (
    "install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error"
    " --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=500 --fetch-timeout=20000"
)
GENERATE = (
    "--no-install ts-json-schema-generator"
    " --path slack.ts --tsconfig tsconfig.json --type Sent --no-type-check"
)


class Impossible(Exception):
    """The schema cannot be made here."""


def make() -> str:
    npm, npx = program("npm"), program("npx")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for source in ("package.json", "slack.ts", "tsconfig.json"):
        shutil.copy(SOURCES / source, FOLDER)
    run(npm, INSTALL)
    schema = json.loads(run(npx, GENERATE))
    turned = limits.turn(schema["definitions"])
    by_hand.add(schema)
    draft = SCHEMA.with_suffix(".new")
    draft.write_text(json.dumps(schema, indent=1))
    draft.replace(SCHEMA)
    return f"Slack's own types judge what is sent, with {turned} limits read from their comments."


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Impossible(f"it needs node and npm, and there is no {name}")
    return found


def run(program: str, words: str) -> str:
    name = Path(program).name
    try:
        done = subprocess.run(
            [program, *words.split()], cwd=FOLDER, capture_output=True, text=True, timeout=300
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Impossible(f"{name} did not run: {type(error).__name__}") from error
    if done.returncode:
        said = [*(done.stderr or done.stdout).split("\n"), f"status {done.returncode}"]
        raise Impossible(f"{name} said {next(filter(None, said))!r}")
    return done.stdout


if __name__ == "__main__":
    try:
        said = make()
    except Impossible as reason:
        said = f"Skipping the judgement by Slack's own types: {reason}."
    sys.stdout.write(f"{said}\n")
