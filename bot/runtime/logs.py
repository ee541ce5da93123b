"""Structured logs: a line an event, readable on a terminal, JSON elsewhere."""

import logging
import sys
from typing import Literal

import structlog
from structlog.types import Processor


def configure(level: str, format: Literal["text", "json"] | None) -> None:
    """Text on a terminal, unless a format is named. Libraries' own logs go the same way."""
    text = format == "text" or (format is None and sys.stderr.isatty())
    renderer = (
        structlog.dev.ConsoleRenderer(
            exception_formatter=structlog.dev.plain_traceback, colors=sys.stderr.isatty()
        )
        if text
        else structlog.processors.JSONRenderer()
    )
    # No local variables in tracebacks: they hold what people wrote.
    traceback: list[Processor] = [] if text else [structlog.processors.format_exc_info]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, *traceback, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *traceback,
                renderer,
            ],
        )
    )
    # It warns at every start that SLACK_BOT_TOKEN is not used by Bolt itself; it is not.
    logging.getLogger("slack_bolt.AsyncApp").setLevel(logging.ERROR)
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
