"""The desk in Slack."""

import sys

if "rich" not in sys.modules:
    # structlog loads it for tracebacks as we do not show any: three megabytes of the program.
    sys.modules["rich"] = None  # type: ignore[assignment]
    import structlog as _structlog  # noqa: F401

    del sys.modules["rich"]
