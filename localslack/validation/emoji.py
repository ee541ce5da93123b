"""How an emoji is named."""

import re

EMOJI = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")
"""As it stands between colons and in reactions."""
