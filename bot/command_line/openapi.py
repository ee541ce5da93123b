"""`helpdesk openapi`: the description of REST, for whoever makes programs from it."""

from bot.command_line import running


def openapi() -> None:
    """Write the description of REST, as a desk serves it at /openapi.json, to standard output.

    No desk need run, and no setting is read.
    """
    # Not above: what only says a version or what is wrong need not load the whole program.
    from api.manual import description

    with running.output() as out:
        out.write(description())
