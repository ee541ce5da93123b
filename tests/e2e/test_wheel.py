"""The wheel is enough: installed in an empty environment, it serves from any folder."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path

import aiohttp
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path):
    """The command of a HelpDesk that was built, and installed where there was nothing."""
    wheels, empty, source = tmp_path / "wheels", tmp_path / "empty", tmp_path / "source"
    # Built from a copy: setuptools leaves its own beside the sources and would use it again.
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "tests", "bench"))
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", wheels, source], check=True, cwd=tmp_path)
    venv.create(empty, with_pip=True)
    install = [empty / "bin" / "python", "-m", "pip", "install", "-q"]
    pins = ["--require-hashes", "-r", ROOT / "requirements" / "run.txt"]
    subprocess.run([*install, *pins], check=True)
    subprocess.run([*install, "--no-deps", *wheels.glob("*.whl")], check=True)
    check = "import localslack, localslack.rules, localslack.methods, core.store, api.routes"
    subprocess.run([empty / "bin" / "python", "-c", check], check=True, cwd=tmp_path)
    return empty / "bin" / "helpdesk"


@pytest.mark.wheel
async def test_the_installed_wheel_serves_from_another_folder(installed, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {"PATH": os.defpath, "PORT": "0", "HELPDESK_DATA": str(tmp_path / "data")}

    serving = await asyncio.create_subprocess_exec(
        installed, "serve", cwd=elsewhere, env=environment, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        address = None
        while address is None:
            line = (await serving.stdout.readline()).decode()
            assert line, "it ended before it listened"
            address = re.search(r"http://[\d.:]+", line)
    async with aiohttp.ClientSession(address[0]) as session:
        for path in ("/readyz", "/openapi.json", "/docs", "/docs/swagger-ui-bundle.js"):
            async with session.get(path) as answer:
                assert answer.status == 200, path
    serving.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        status = await serving.wait()

    assert status == 0
