"""The wheel is enough: installed in an empty environment, it serves from any folder."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from urllib.parse import urljoin

import aiohttp
import pytest

from tests.conftest import LONGEST_WAIT

ROOT = Path(__file__).parents[2]
COMMIT = "4fd2a1c"


@pytest.fixture
def installed(tmp_path):
    """The command of a HelpDesk that was built, and installed where there was nothing."""
    wheels, empty, source = tmp_path / "wheels", tmp_path / "empty", tmp_path / "source"
    # Built from a copy: setuptools leaves its own beside the sources and would use it again.
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "tests", "bench"))
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    told = re.search(r'(--config-settings=\S+?)"(.+)"', (ROOT / "docs/operating.md").read_text())
    build.append(f"{told[1]}{told[2]}".replace("$version", COMMIT))
    subprocess.run([*build, "--wheel-dir", wheels, source], check=True, cwd=tmp_path)
    venv.create(empty, with_pip=True)
    install = [empty / "bin" / "python", "-m", "pip", "install", "-q"]
    pins = ["--require-hashes", "-r", ROOT / "requirements" / "run.txt"]
    subprocess.run([*install, *pins], check=True)
    subprocess.run([*install, "--no-deps", *wheels.glob("*.whl")], check=True)
    check = "import localslack.validation, localslack.web_api.methods, core.store, api.routes"
    subprocess.run([empty / "bin" / "python", "-c", check], check=True, cwd=tmp_path)
    return empty / "bin" / "helpdesk"


@pytest.fixture
async def serving(installed, tmp_path):
    """The installed program, started in a folder that has nothing to do with it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {"PATH": os.defpath, "PORT": "0", "HELPDESK_LOCAL_SLACK_PORT": "0"}
    environment["HELPDESK_DATA"] = str(tmp_path / "data")
    process = await asyncio.create_subprocess_exec(
        installed, "serve", cwd=elsewhere, env=environment, stdout=asyncio.subprocess.PIPE
    )
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


@pytest.mark.wheel
async def test_the_installed_wheel_serves_the_desk_and_its_slack_from_another_folder(
    serving, installed
):
    greeting = ""
    async with asyncio.timeout(LONGEST_WAIT):
        while "in a browser" not in greeting:
            line = (await serving.stdout.readline()).decode()
            assert line, "it ended before it listened"
            greeting += line
    address = re.search(r"REST +(http://[\d.:]+)", greeting)[1]
    page = re.search(r"Open (http://[\d.:]+) in a browser", greeting)[1]

    async with aiohttp.ClientSession() as session:
        for path in ("/readyz", "/openapi.json", "/docs", "/docs/swagger-ui-bundle.js"):
            async with session.get(address + path) as answer:
                assert answer.status == 200, path
        async with session.get(page) as answer:
            html = await answer.text()
        named = [urljoin(page, path) for path in re.findall(r'(?:href|src)="(/page/[^"]+)"', html)]
        assert {path.rpartition(".")[2] for path in named} >= {"css", "js"}
        for path in named:
            async with session.get(path) as answer:
                assert answer.status == 200, path
                text = await answer.text()
            further = re.findall(r'(?:from|@import) "([^"]+)";', text)
            named += {urljoin(path, other) for other in further} - {*named}
        assert len(named) > 50
    serving.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        status = await serving.wait()
    said = subprocess.run([installed, "version"], check=True, capture_output=True, text=True)

    assert status == 0
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert said.stdout == f"{project['version']}+{COMMIT}\n"
