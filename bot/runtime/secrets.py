"""Whether what signs people's tokens can be guessed."""

from collections.abc import Iterable

from bot.runtime.problems import Trouble
from core.settings import SHORT_SECRET, Settings


def short_secrets(settings: Settings) -> Iterable[Trouble]:
    """No reason not to start: with what was chosen, people may have signed in for long."""
    for name, secret, remedy in (
        (
            "JWT_SECRET",
            settings.jwt_secret,
            f"Set one of {SHORT_SECRET} characters or more, or take it away, and one is made",
        ),
        ("JWT_SECRET_BEFORE", settings.jwt_secret_before, "Take it away"),
    ):
        if secret and len(secret.get_secret_value().encode()) < SHORT_SECRET:
            yield Trouble(
                f"{name} is short: whoever guesses it can sign in over REST as anybody. {remedy}; "
                "everybody signs in anew then.",
                breaks=False,
            )
