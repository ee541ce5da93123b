"""The file of settings, read to its last line: what of it is no setting is said, by its line."""

import codecs
import io
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from dotenv.parser import Binding, parse_stream
from dotenv.variables import Variable, parse_variables

_NAME = r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)[^\S\n]*(.?)"
# How every setting begins that does not go with every other one.
_ANYTHING = ("SLACK_", "HELPDESK_")
_WRITTEN = "write NAME=value, a value with blanks or line breaks in quotes"


class EnvFile(NamedTuple):
    """What it gives, by names in capitals, and in which line."""

    path: Path
    values: dict[str, str]
    lines: dict[str, int]
    complaints: list[str]
    # What is likely meant to be given by lines that give nothing.
    spoilt: set[str]

    def without(self, names: Collection[str]) -> "EnvFile":
        """What counts of it where these are given elsewhere."""
        values = {name: value for name, value in self.values.items() if name not in names}
        lines = {name: line for name, line in self.lines.items() if name in values}
        return self._replace(values=values, lines=lines)

    def place(self, name: str) -> str:
        return f"{self.path}, line {self.lines[name]}"


def read_env_file(path: Path, environment: Mapping[str, str]) -> EnvFile:
    """Nothing where there is no such file. `environment` is for the ${names} in its values."""
    file = EnvFile(path, {}, {}, [], set())
    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return file
    except OSError as error:
        return _wrong(file, f"{path} cannot be read: {error.strerror}.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:2]:
        return _wrong(file, f"{path} is UTF-16: save it as UTF-8.")
    lines = content.removeprefix(codecs.BOM_UTF8).split(b"\n")
    text = "\n".join(_decoded(file, line, number) for number, line in enumerate(lines, 1))
    for binding in parse_stream(io.StringIO(text, newline="")):
        _take(file, binding, environment)
    return file


def _wrong(file: EnvFile, complaint: str) -> EnvFile:
    file.complaints.append(complaint)
    file.spoilt.update(_ANYTHING)
    return file


def _decoded(file: EnvFile, line: bytes, number: int) -> str:
    """Nothing of a line that is no text: the others count, or are named, all the same."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" not in text:
        return text
    _spoil(file, line.decode("latin-1"))
    file.complaints.append(
        f"{file.path}, line {number} is not text in UTF-8: write that line anew, and save it as "
        "UTF-8."
    )
    return ""


def _spoil(file: EnvFile, written: str) -> None:
    if found := re.match(_NAME, written):
        file.spoilt.add(found[1].upper())


def _take(file: EnvFile, binding: Binding, environment: Mapping[str, str]) -> None:
    written = binding.original.string
    blank = written[: len(written) - len(written.lstrip())]
    line = binding.original.line + len(re.findall(r"\r\n|\n|\r", blank))
    name = (binding.key or "").upper()
    if not written.strip() or (binding.key is None and not binding.error):
        return
    if binding.value is None:
        # As a shell's `export NAME` of what was given above.
        if name not in file.values:
            _spoil(file, written)
            file.complaints.append(f"{file.path}, line {line} {_unreadable(written)}.")
        return
    value = "".join(_resolved(file, binding.value, line, environment))
    if file.values.get(name, value) != value:
        file.complaints.append(
            f"{file.path}, line {line} gives what line {file.lines[name]} gives otherwise: "
            f"take one of them away."
        )
        return
    file.values[name] = value
    file.lines[name] = line


def _unreadable(written: str) -> str:
    """What is likely wrong with a line; it is never shown: half a secret may stand there."""
    found = re.match(_NAME, written)
    sign = found[2] if found else ""
    if sign == ":":
        return "has a : where a = belongs: write NAME=value"
    if sign == "=":
        return "has a quote that is not closed, or something behind it: write NAME=value"
    return f"is no setting, because it has no = after a name: {_WRITTEN}"


def _resolved(
    file: EnvFile, value: str, line: int, environment: Mapping[str, str]
) -> Iterator[str]:
    """As python-dotenv does it: what the file gave above counts before the environment."""
    known = {**environment, **file.values}
    for part in parse_variables(value):
        if isinstance(part, Variable) and part.default is None and part.name not in known:
            file.complaints.append(
                f"{file.path}, line {line} has a ${{name}} that stands for nothing: set that name "
                "above, or give this setting in the environment instead."
            )
        yield part.resolve(known)
