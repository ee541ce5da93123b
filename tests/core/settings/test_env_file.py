"""Nothing in the file of settings is passed over: a line counts, or is named with what is right."""

import pytest

from core.settings.env_file import read_env_file

MEANT = {
    "PORT=4001": "4001",
    "PORT = 4001": "4001",
    "  PORT=4001  ": "4001",
    "export PORT=4001": "4001",
    "export  PORT = 4001": "4001",
    "port=4001": "4001",
    "PORT='4001'": "4001",
    'PORT="4001"': "4001",
    "PORT=4001 # comment": "4001",
    "PORT='4001' # comment": "4001",
    "# comment\nPORT=4001": "4001",
    "\n\n  # comment\n\nPORT=4001\n\n": "4001",
    "PORT=4001\r\n": "4001",
    "# comment\r\nPORT=4001\r\nHOST=a\r\n": "4001",
    "\ufeffPORT=4001": "4001",
    "PORT=4001\nPORT=4001": "4001",
    "PORT=4001\nexport PORT": "4001",
    "PORT=": "",
    "PORT=a#b": "a#b",
    "PORT=#b": "#b",
    "PORT=a=b==": "a=b==",
    'PORT="a\nb"': "a\nb",
    "ONE=40\nPORT=${ONE}01": "4001",
    "PORT=${TWO}01": "4001",
    "PORT=${THREE:-4001}": "4001",
    "PORT=$FOUR": "$FOUR",
    "TWO=4\nPORT=${TWO}01": "401",
}
# The content, the line that is named, and a word of the remedy.
REFUSED = [
    (b"PORT", 1, "has no ="),
    (b"\n\nPORT 4001", 3, "has no ="),
    (b"HOST=a\nPORT: canary", 2, "write NAME=value"),
    (b"PORT:canary", 1, "has a :"),
    (b"PORT : canary", 1, "has a :"),
    (b"PORT := canary", 1, "has a :"),
    (b'PORT="canary', 1, "quote"),
    (b"HOST=a\r\nPORT='canary\r\n", 2, "quote"),
    (b'HOST=a\n\nPORT="canary" canary', 3, "quote"),
    (b'HOST=a\nPORT="can\nary" canary', 2, "quote"),
    (b"xoxb-canary", 1, "in quotes"),
    (b"SLACK_BOT_TOKEN=xoxb-\n canary", 2, "in quotes"),
    (b"set PORT=canary", 1, "write NAME=value"),
    (b"MONGO URI=canary", 1, "write NAME=value"),
    (b'{"PORT": "canary"}', 1, "write NAME=value"),
    (b"=canary", 1, "write NAME=value"),
    (b"- PORT=canary", 1, "write NAME=value"),
    (b"export", 1, "write NAME=value"),
    (b"export PORT", 1, "write NAME=value"),
    (b"PORT=4001\nport=canary", 2, "line 1"),
    (b"PORT=4001\nHOST=a\nPORT=canary", 3, "line 1"),
    (b"HOST=a\nPORT=${CANARY}", 2, "${name}"),
    (b"HOST=a\nPORT=can\xffary", 2, "UTF-8"),
    (b"HOST=a\r\n\r\nPORT=can\xe4ry\r\n", 3, "UTF-8"),
    (b"HOST=a\nPORT=can\0ary", 2, "UTF-8"),
]


@pytest.fixture
def env_file(tmp_path):
    def read(content, **environment):
        (tmp_path / ".env").write_bytes(content)
        return read_env_file(tmp_path / ".env", environment)

    return read


@pytest.mark.parametrize(("text", "value"), MEANT.items())
def test_what_is_unmistakable_is_taken_as_meant(env_file, text, value):
    file = env_file(text.encode(), TWO="40")

    assert file.values["PORT"] == value
    assert file.complaints == []


@pytest.mark.parametrize(("content", "line", "remedy"), REFUSED)
def test_a_line_that_is_none_is_named_with_its_remedy_and_not_shown(
    env_file, tmp_path, content, line, remedy
):
    file = env_file(content)

    [said] = file.complaints

    assert said.startswith(f"{tmp_path / '.env'}, line {line} ")
    assert remedy in said
    assert said.endswith(".")
    assert "anary" not in said.lower()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_of_another_encoding_is_said_to_be_one(env_file, encoding):
    [said] = env_file("PORT=4001\n".encode(encoding)).complaints

    assert said.endswith(".env is UTF-16: save it as UTF-8.")


def test_every_line_that_is_none_is_named(env_file):
    file = env_file(b"PORT\nHOST=a\nLOG_LEVEL: info\n")

    assert [said.split(", ")[1][:7] for said in file.complaints] == ["line 1 ", "line 3 "]
    assert file.values == {"HOST": "a"}


def test_no_file_and_a_folder_of_that_name_give_nothing(tmp_path):
    assert read_env_file(tmp_path / "none", {}).values == {}
    assert read_env_file(tmp_path, {}).complaints == []


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    (tmp_path / ".env").symlink_to(".env")

    [said] = read_env_file(tmp_path / ".env", {}).complaints

    assert "cannot be read: " in said
