"""What the peers need, in folders of their own below .venv."""

import shutil
import subprocess
import sys
from pathlib import Path

_SOURCES = Path(__file__).parent
FOLDER = Path(sys.prefix) / "peers"
EXPRESS, PYTHON = FOLDER / "express", FOLDER / "python" / "bin" / "python"
# No lock file: it would name a registry.
_NPM = (
    "install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error"
    " --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=500 --fetch-timeout=20000"
)
_WANTED = ("beanie", "fastapi", "httptools", "pyjwt", "uvicorn", "uvloop")


class Missing(Exception):
    """A peer cannot be had here."""


def express() -> Path:
    """The folder of the server, beside what it needs."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise Missing("node and npm are not on the PATH")
    EXPRESS.mkdir(parents=True, exist_ok=True)
    shutil.copy(_SOURCES / "express" / "server.js", EXPRESS)
    listed = _SOURCES / "express" / "package.json"
    installed = EXPRESS / "package.json"
    if not (EXPRESS / "node_modules" / "mongoose").is_dir() or (
        installed.read_bytes() != listed.read_bytes()
    ):
        shutil.copy(listed, installed)
        _run(npm, *_NPM.split(), folder=EXPRESS)
    return EXPRESS


def fastapi() -> Path:
    """The Python that has it."""
    if not (FOLDER / "python" / "complete").exists():
        _run(sys.executable, "-m", "venv", str(FOLDER / "python"), folder=_SOURCES)
        _run(str(PYTHON), *["-m", "pip", "install", "--quiet"], *_WANTED, folder=_SOURCES)
        (FOLDER / "python" / "complete").touch()
    return PYTHON


def _run(*command: str, folder: Path) -> None:
    name = Path(command[0]).name
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{name} did not run ({type(error).__name__})") from error
    if done.returncode:
        said = [*(done.stderr or done.stdout).strip().split("\n"), f"status {done.returncode}"]
        raise Missing(f"{name} says {said[-2]!r}")
