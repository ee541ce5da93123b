"""Every sentence that the desk can say, as it stands in the code: for one person to read in one
sitting (docs/messages.md)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "core")
# What is said to no person: to MongoDB, to Slack, to the log, or of the code itself.
NOT_SAID = {"core/store", "core/settings/env_file.py", "bot/local/samples.py"}
# Two words at least, of letters.
SENTENCE = re.compile(r"[^\W\d_]{2,}[,:;.!?…”*]*\s+(?:[*`“{]|[^\W\d_])")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
# Not for people: patterns, keys, types, programs.
OTHER = re.compile(r"\(\?|\[\^|tuple\[|;sys\.|^slack:|^\"\{")
# Arguments that describe something to programs.
DESCRIBING = {"description", "pattern", "alias"}


def page() -> str:
    parts = [
        "# What the desk says\n",
        "Every sentence for people, file by file, as the code has it: what stands in braces is",
        "filled in. Written by `make messages`; a test holds it against the code.\n",
    ]
    for path in sources():
        if said := list(dict.fromkeys(sentences(path))):
            parts.append(f"## {path.relative_to(ROOT).as_posix()}\n")
            parts += [f"* {one}" for one in said]
            parts.append("")
    return "\n".join(parts)


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not any(name.startswith(each) for each in NOT_SAID):
                yield path


def sentences(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    yield from (one for one in _texts(tree) if SENTENCE.search(one) and not OTHER.search(one))


def _texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assert():
            return
        case ast.Call(func=ast.Attribute(attr=attr, value=ast.Name(id="log"))) if attr in LEVELS:
            return
        case ast.Call(func=ast.Attribute(attr="compile", value=ast.Name(id="re"))):
            return
        case ast.Call(func=ast.Attribute(attr="split", value=ast.Constant())):
            # A list of words that are understood.
            return
        case ast.keyword(arg=str(arg)) if arg in DESCRIBING:
            return
        case ast.Constant(value=str(text)):
            yield _one_line(text)
        case ast.JoinedStr(values=values):
            yield _one_line("".join(map(_filled, values)))
            for value in values:
                if isinstance(value, ast.FormattedValue):
                    yield from _texts(value.value)
            return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)


def _filled(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    assert isinstance(value, ast.FormattedValue)
    name = ast.unparse(value.value)
    return f"{{{name if len(name) <= 30 else '…'}}}"


def _one_line(text: str) -> str:
    return " ⏎ ".join(part.strip() for part in text.strip().splitlines())
