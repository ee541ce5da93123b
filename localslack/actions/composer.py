"""What a person types, as Slack keeps it: text with live mentions, and the same as rich text."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from localslack.elements.tokens import TOKEN, escaped, token
from localslack.state.messages import Blocks
from localslack.state.workspace import Workspace

Piece = dict[str, Any]
STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
LINK = re.compile(r"<(https?://[^|>]+)")
FENCED = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
LIVE = re.compile(rf"{TOKEN}|(?<!\w)(?P<mark>[*_~`])(?P<inner>\S|\S[^\n]*?\S)(?P=mark)(?!\w)")


def composed(text: str, workspace: Workspace) -> tuple[str, Blocks]:
    """The message's text and its blocks; no blocks for no text."""
    said, end = "", 0
    parts: list[Piece] = []
    for fence in FENCED.finditer(text):
        before, lines = _lines(text[end : fence.start()].strip("\n"), workspace)
        parts += lines
        said += "\n".join([*([before] if before else []), f"```{escaped(fence[1])}```", ""])
        parts.append({"type": "rich_text_preformatted", "elements": [_plain(fence[1], {})]})
        end = fence.end()
    after, lines = _lines(text[end:].strip("\n"), workspace)
    parts += lines
    said = (said + after).strip("\n")
    return said, [{"type": "rich_text", "elements": parts}] if parts else []


def preview(text: str) -> dict[str, Any] | None:
    """What Slack may attach to a message for the first link in it; None if there is none."""
    found = LINK.search(text)
    if found is None:
        return None
    url = unescape(found[1])
    host = urlsplit(url).hostname
    titles = {"title": host, "title_link": url, "fallback": f"{host}: a page", "text": "A page."}
    return {"id": 1, "from_url": url, "original_url": url, "service_name": host, **titles}


def _lines(text: str, workspace: Workspace) -> tuple[str, list[Piece]]:
    """Lines that begin with > are a quote; the others stand together."""
    said: list[str] = []
    parts: list[Piece] = []
    for line in text.split("\n") if text else []:
        quoted = line.startswith(">")
        kind = "rich_text_quote" if quoted else "rich_text_section"
        spelled, pieces = _pieces(line[1:].lstrip() if quoted else line, {}, workspace)
        said.append(f"&gt; {spelled}" if quoted else spelled)
        if parts and parts[-1]["type"] == kind:
            _add(parts[-1]["elements"], _plain("\n", {}))
        else:
            parts.append({"type": kind, "elements": []})
        for piece in pieces:
            _add(parts[-1]["elements"], piece)
    return "\n".join(said), [each for each in parts if each["elements"]]


def _pieces(text: str, style: dict[str, bool], workspace: Workspace) -> tuple[str, list[Piece]]:
    said, end = "", 0
    pieces: list[Piece] = []
    for found in LIVE.finditer(text):
        if found["mark"]:
            spelled, inner = _styled(found, style, workspace)
        else:
            alive = token(found, workspace)
            if alive is None:
                continue
            spelled, inner = alive.in_message, [{**alive.piece, **_with(style)}]
        if between := text[end : found.start()]:
            said, pieces = said + escaped(between), [*pieces, _plain(between, style)]
        said, pieces, end = said + spelled, [*pieces, *inner], found.end()
    if rest := text[end:]:
        said, pieces = said + escaped(rest), [*pieces, _plain(rest, style)]
    return said, pieces


def _styled(
    found: re.Match[str], style: dict[str, bool], workspace: Workspace
) -> tuple[str, list[Piece]]:
    """Nothing is alive in code."""
    mark, inner, more = found["mark"], found["inner"], {**style, STYLES[found["mark"]]: True}
    if mark == "`":
        return f"`{escaped(inner)}`", [_plain(inner, more)]
    said, pieces = _pieces(inner, more, workspace)
    return f"{mark}{said}{mark}", pieces


def _plain(text: str, style: dict[str, bool]) -> Piece:
    return {"type": "text", "text": text, **_with(style)}


def _with(style: dict[str, bool]) -> Piece:
    return {"style": style} if style else {}


def _add(pieces: list[Piece], piece: Piece) -> None:
    """Plain texts that follow each other are one."""
    last = pieces[-1] if pieces else {}
    if last.get("type") == piece["type"] == "text" and last.get("style") == piece.get("style"):
        last["text"] += piece["text"]
    else:
        pieces.append(piece)
