"""`helpdesk openapi`: the description of REST, for whoever makes programs from it."""

from bot.command_line import running


def openapi() -> None:
    """Write the description of REST, as a desk serves it at /openapi.json, to standard output.

    No desk need run, and no setting is read: it is that of a desk with HELPDESK_MIN_PASSWORD as it
    is without a word.
    """
    # Not above: what only says a version or what is wrong need not load the whole program.
    from api.manual import description
    from core.settings import Settings

    with running.output() as out:
        out.write(description(Settings.model_fields["min_password"].default))
