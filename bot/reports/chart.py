"""A report as a picture, where the extra `charts` is installed.

It is drawn in a process of its own: the renderer keeps Python's lock for most of a second, so
that in a thread it would delay every ack; and what it took of memory is given back.
"""

import asyncio
import json
import sys
from importlib.util import find_spec
from typing import Any

import structlog

from bot.slack.uploads import Picture
from core.reports.report import Report, Target
from core.sla.simulation import Tally

log = structlog.get_logger("bot")

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OUTCOMES = ("met", "missed", "still open")
# Seconds that drawing may take.
PATIENCE = 30
_DRAW = (
    "import sys, vl_convert as v;"
    "sys.stdout.buffer.write(v.vegalite_to_png(sys.stdin.read(), scale=2, allowed_base_urls=[]))"
)
# One at a time: each takes a hundred megabytes while it lasts.
_turn = asyncio.Semaphore(1)


async def drawn(report: Report, *, title: str) -> Picture | None:
    """None without the extra, and where drawing failed: every report is there in words too."""
    if find_spec("vl_convert") is None:
        return None
    async with _turn:
        png = await _png(spec(report))
    return Picture(f"Report on {title}", alt_text(report, title=title), png) if png else None


async def _png(drawing: dict[str, Any]) -> bytes | None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _DRAW), stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        async with asyncio.timeout(PATIENCE):
            png, said = await process.communicate(json.dumps(drawing).encode())
    except TimeoutError:
        log.warning("a chart could not be drawn", error="it took too long")
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        log.warning("a chart could not be drawn", error=said.decode(errors="replace")[-200:])
        return None
    return png


def alt_text(report: Report, *, title: str) -> str:
    """What the chart shows, within the 1,000 characters that Slack takes."""
    parts = [f"Two charts of {title}. The first: how many were answered and solved in time."]
    for priority, figures in report.by_priority.items():
        if figures.tickets:
            answered, solved = figures.first_response.tally, figures.resolution.tally
            parts.append(f"{priority}: answered {_said(answered)}; solved {_said(solved)}.")
    days = ", ".join(f"{day} {sum(hours)}" for day, hours in zip(DAYS, report.load, strict=True))
    parts.append(f"The second: when they were filed, by day and hour. {days}.")
    return " ".join(parts)


def _said(tally: Tally) -> str:
    return f"{tally.met} met, {tally.missed} missed, {tally.undecided} still open"


def spec(report: Report) -> dict[str, Any]:
    """In Vega-Lite's words."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": 16,
        "vconcat": [_targets(report), _load(report)],
        "resolve": {"scale": {"color": "independent"}},
        "config": {"font": "sans-serif", "view": {"stroke": None}},
    }


def _targets(report: Report) -> dict[str, Any]:
    values = [
        row
        for priority, figures in report.by_priority.items()
        for name, target in (("answered", figures.first_response), ("solved", figures.resolution))
        for row in _bars(f"{priority}, {name}", target)
    ]
    return {
        "title": "Answered and solved in time",
        "width": 520,
        "data": {"values": values},
        "mark": "bar",
        "encoding": {
            "y": {"field": "what", "type": "nominal", "sort": None, "title": None},
            "x": {
                "field": "tickets",
                "type": "quantitative",
                "title": "tickets",
                "axis": {"tickMinStep": 1, "format": "d"},
            },
            "color": {
                "field": "outcome",
                "type": "nominal",
                "title": None,
                # Told apart also by who sees red and green alike.
                "scale": {"domain": OUTCOMES, "range": ["#1b7f79", "#d1495b", "#c9ced6"]},
            },
            "order": {"field": "order", "type": "quantitative"},
        },
    }


def _bars(what: str, target: Target) -> list[dict[str, Any]]:
    tally = target.tally
    counts = (tally.met, tally.missed, tally.undecided)
    return [
        {"what": what, "outcome": outcome, "tickets": count, "order": order}
        for order, (outcome, count) in enumerate(zip(OUTCOMES, counts, strict=True))
    ]


def _load(report: Report) -> dict[str, Any]:
    values = [
        {"day": day, "hour": hour, "tickets": tickets}
        for day, hours in zip(DAYS, report.load, strict=True)
        for hour, tickets in enumerate(hours)
    ]
    return {
        "title": f"Filed by day and hour ({report.zone})",
        "width": 520,
        "height": 170,
        "data": {"values": values},
        "mark": "rect",
        "encoding": {
            "x": {"field": "hour", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "day", "type": "ordinal", "sort": DAYS, "title": None},
            "color": {
                "field": "tickets",
                "type": "quantitative",
                "title": "tickets",
                "scale": {"scheme": "blues"},
                "legend": {"tickMinStep": 1, "format": "d"},
            },
        },
    }
