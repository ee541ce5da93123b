"""The settings as given, read once, in bot/__main__.py: all that is wrong is said at once."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.settings.env_file import EnvFile, read_env_file
from core.settings.messages import sentence
from core.settings.names import misnamed
from core.settings.settings import BadSettings, Settings, setting_name

# Beside the Makefile, and read in the folder that one starts it in.
ENV_FILE = Path(".env")
_FIELDS = {setting_name(name): field for name, field in Settings.model_fields.items()}


def read_settings() -> tuple[Settings, list[str]]:
    """With a sentence for each name that looks like a setting and is none, but does no harm.

    Raises BadSettings with a line for each setting, and each line of the file, that is wrong.
    """
    file = read_env_file(ENV_FILE, os.environ)
    wrong = misnamed(file, os.environ, _FIELDS)
    said = [*file.complaints, *wrong.fatal]
    # The environment stands behind what is passed: hence nothing that it has.
    file = file.without({*map(str.upper, os.environ)})
    given: dict[str, Any] = {name: file.values[name] for name in _FIELDS if name in file.values}
    settings = _read(given, file, said, file.spoilt | wrong.meant)
    if settings is None or said:
        raise BadSettings("\n".join(said))
    return settings, wrong.harmless


def _read(
    given: Mapping[str, Any], file: EnvFile, said: list[str], doubtful: Collection[str]
) -> Settings | None:
    """None if something is wrong, and then `said`; but not what does not go together only because
    one of these `doubtful` settings is missing."""
    try:
        return Settings(**given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    alone = [each for each in found if each["loc"]]
    said += [sentence(each, _FIELDS, file) for each in alone]
    if not alone:
        sentences = "\n".join(sentence(each, _FIELDS, file) for each in found).splitlines()
        said += [one for one in sentences if not any(name in one for name in doubtful)]
        return None
    # What does not go together is looked for only once each is right by itself.
    wrong = {str(each["loc"][0]) for each in alone}
    _read({**given, **dict.fromkeys(wrong, "")}, file, said, {*doubtful, *wrong})
    return None
