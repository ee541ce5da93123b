"""The secret that signs tokens: made once, whole, for nobody else to read; and looked at."""

import os
import stat

import pytest

from core.settings.kept_secret import BadSecret, kept_secret
from tests.core.settings.test_settings import start

KEPT = """
from core.settings import BadSettings, read_settings
try:
    print(read_settings()[0].token_secret())
except BadSettings as error:
    print(error)
"""


def kept(folder):
    """What a program says whose data is in this folder."""
    return start(KEPT, folder, HELPDESK_DATA=str(folder)).communicate()[0].rstrip("\n")


def test_the_jwt_secret_is_made_once_for_all_processes_and_for_nobody_else_to_read(tmp_path):
    data = tmp_path / "data"

    running = [start(KEPT, tmp_path, HELPDESK_DATA=str(data)) for _ in range(4)]
    secrets = {process.communicate()[0].strip() for process in running}

    [secret] = secrets
    assert len(secret) >= 32
    assert os.listdir(data) == ["jwt_secret"]
    assert stat.S_IMODE((data / "jwt_secret").stat().st_mode) == 0o600
    assert (data / "jwt_secret").read_text() == secret


def test_a_jwt_secret_that_is_set_is_used_and_none_is_made(tmp_path):
    data = tmp_path / "data"

    process = start(KEPT, tmp_path, HELPDESK_DATA=str(data), JWT_SECRET="supersecretkey")

    assert process.communicate()[0].strip() == "supersecretkey"
    assert not data.exists()


@pytest.mark.parametrize(
    "found",
    [b"", b"\n", b" " * 64, b"\0" * 64, b"short", b"a" * 31, b"two words " * 9, b"\xff" * 64],
    ids=lambda found: f"{found!r}"[:20],
)
def test_a_file_that_holds_no_secret_stops_the_start_and_stays(tmp_path, found):
    (tmp_path / "jwt_secret").write_bytes(found)

    with pytest.raises(BadSecret) as refused:
        kept_secret(tmp_path / "jwt_secret")

    assert str(refused.value) == (
        f"{tmp_path / 'jwt_secret'} holds no secret to sign tokens with, as after a power cut. "
        "Bring it back from a backup, or delete it: a new one is made then, and everybody signs in "
        "again."
    )
    assert (tmp_path / "jwt_secret").read_bytes() == found


def test_a_file_that_cannot_be_read_is_said_with_what_to_set(tmp_path):
    (tmp_path / "jwt_secret").mkdir(0o700)

    said = kept(tmp_path)

    assert said.startswith(f"{tmp_path / 'jwt_secret'} cannot be read or made (")
    assert said.endswith("): mend that, or set JWT_SECRET.")


def test_one_that_was_written_by_hand_is_taken(tmp_path):
    (tmp_path / "jwt_secret").write_text("0123456789abcdef0123456789abcdef\n")

    assert kept_secret(tmp_path / "jwt_secret") == "0123456789abcdef0123456789abcdef"


def test_one_that_others_may_read_is_closed_to_them_and_said_once(tmp_path):
    secret = kept(tmp_path)
    (tmp_path / "jwt_secret").chmod(0o644)

    warned, quiet = kept(tmp_path), kept(tmp_path)

    assert "open to others" in warned
    assert "0644" in warned
    assert warned.splitlines()[-1] == quiet == secret
    assert stat.S_IMODE((tmp_path / "jwt_secret").stat().st_mode) == 0o600


TRACED = """
import os, sys
from pathlib import Path
from core.settings.kept_secret import kept_secret

sys.addaudithook(lambda name, given: print(name) if name in ("os.link", "os.remove") else None)
synced = os.fsync
os.fsync = lambda number: print("synced", os.fstat(number).st_size > 0) or synced(number)
kept_secret(Path("jwt_secret"))
"""


def test_it_is_on_the_disk_before_it_has_its_name(tmp_path):
    output, _ = start(TRACED, tmp_path).communicate()

    assert output.splitlines() == ["synced True", "os.link", "os.remove", "synced True"]
