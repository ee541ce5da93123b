"""What the running program has in memory."""

import subprocess
import sys


def test_nothing_is_loaded_for_tracebacks_that_nobody_is_shown():
    loaded = "import bot.__main__, bot.serving, sys; print('rich' in sys.modules)"

    said = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, check=True, text=True
    )

    assert said.stdout.strip() == "False"
