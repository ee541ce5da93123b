"""What whoever installs the desk chooses, from the environment or a file `.env`."""

from core.settings.reading import read_settings
from core.settings.settings import SHORT_SECRET, BadSettings, Settings, setting_name
from core.settings.slack import SlackPlace

__all__ = [
    "SHORT_SECRET",
    "BadSettings",
    "Settings",
    "SlackPlace",
    "read_settings",
    "setting_name",
]
