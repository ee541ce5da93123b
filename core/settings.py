"""The settings, read once, in bot/__main__.py. docs and README describe each; a test checks."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from core.accounts import Role
from core.alerts import AlertRules
from core.clock import in_whole_milliseconds, utcnow
from core.escalations import Escalations, read_escalations
from core.setting_complaints import sentence, unknown
from core.setting_kinds import Places, Priorities, PriorityHours, TimeOfDay, WeekHours, Words
from core.sla import Facts, Policy, Sla
from core.sla.business_hours import DAY_AND_NIGHT, business_hours, parsed_week
from core.sla.calendar import NeverOpen
from core.sla.explanation import opening_hours
from core.sla.policy import FIRST_RESPONSE_HOURS
from core.sla.public_holidays import PublicHolidays
from core.tickets import Priority

SHORT_SECRET = 32
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class BadSettings(Exception):
    """Says which setting is wrong and what is allowed, never what it was."""


@dataclass(frozen=True)
class SlackPlace:
    """Where Slack is: the only thing that tells a real workspace from another Web API."""

    bot_token: str
    channel: str
    api_url: str
    signing_secret: str | None
    app_token: str | None


# A target further away than this is a mistake in the business hours.
LONGEST_TARGET = timedelta(days=10 * 366)
# What is called so is meant for us.
_OURS = ("SLACK_", "HELPDESK_")
# The seed and Slack name these; every other setting carries our prefix.
_NAMED_BY_OTHERS = ("host", "port", "mongo_", "jwt_", "slack_", "log_")


def setting_name(field: str) -> str:
    """What a field of Settings is called in the environment."""
    return field.upper() if field.startswith(_NAMED_BY_OTHERS) else f"HELPDESK_{field.upper()}"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        alias_generator=setting_name,
        env_file=".env",
        extra="ignore",
        hide_input_in_errors=True,
    )

    host: str = "127.0.0.1"
    port: int = Field(default=4000, ge=0, le=65535)
    mongo_uri: SecretStr | None = None
    jwt_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    local_slack_port: int = Field(default=4500, ge=0, le=65535)
    alert_channel: str | None = None
    admins: Words = []
    agents: Words = []
    sla_hours: PriorityHours = {Priority.HIGH: 4, Priority.MEDIUM: 24, Priority.LOW: 48}
    response_hours: PriorityHours | None = None
    business_hours: WeekHours | None = None
    time_zone: str = "UTC"
    holidays: Places = []
    soon_percent: float = Field(default=75, ge=0, lt=100, allow_inf_nan=False)
    acknowledge_minutes: float = Field(default=60, gt=0, le=7 * 24 * 60, allow_inf_nan=False)
    urgent: Priorities = [Priority.HIGH]
    escalations: Path | None = None
    mentions_per_hour: int = Field(default=30, ge=0, le=10_000)
    scan_seconds: float = Field(default=10, ge=0.05, le=3600)
    alert_post_seconds: float = Field(default=10, gt=0, le=60)
    alert_lease_seconds: float = Field(default=20, gt=0, le=600)
    alert_history_seconds: float = Field(default=15, ge=0, le=600)
    data: Path = Path("~/.local/share/helpdesk")
    min_password: int = Field(default=6, ge=1, le=128)
    cors_origins: Words = ["*"]
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] | None = None
    digest_time: TimeOfDay = time(9)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any, info: Any) -> Any:
        """`NAME=` in a file or a compose environment means the same as no NAME at all."""
        field = cls.model_fields[info.field_name]
        return field.get_default() if value == "" else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_any_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("data")
    @classmethod
    def _home(cls, value: Path) -> Path:
        return value.expanduser()

    @field_validator("escalations")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None:
            value = value.expanduser()
            read_escalations(value)
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (OSError, ValueError, ZoneInfoNotFoundError):
            raise ValueError("must be a time zone such as Europe/Berlin") from None
        return value

    @field_validator("mongo_uri")
    @classmethod
    def _of_mongodb(cls, value: SecretStr | None) -> SecretStr | None:
        schemes = ("mongodb://", "mongodb+srv://")
        if value is not None and not value.get_secret_value().startswith(schemes):
            raise ValueError("must be an address such as mongodb://host:27017/helpdesk")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _slacks_or_local(cls, value: str) -> str:
        at = urlsplit(value)
        if value.rstrip("/") != "https://slack.com/api" and at.hostname not in _LOOPBACK:
            raise ValueError("may only be Slack's own or on this machine (127.0.0.1)")
        return value.rstrip("/") + "/"

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.alert_post_seconds >= self.alert_lease_seconds:
            raise ValueError(
                "HELPDESK_ALERT_POST_SECONDS must be less than HELPDESK_ALERT_LEASE_SECONDS"
            )
        wants_slack = self.slack_signing_secret or self.slack_app_token
        if wants_slack and not self.slack_bot_token:
            raise ValueError("SLACK_BOT_TOKEN must be set with the other SLACK_ settings")
        if self.slack_bot_token and not wants_slack:
            raise ValueError(
                "SLACK_BOT_TOKEN alone does not connect: set SLACK_APP_TOKEN (Socket Mode) "
                "or SLACK_SIGNING_SECRET (HTTP) too"
            )
        if (_revealed(self.slack_bot_token) or "").startswith("xapp-"):
            raise ValueError("SLACK_BOT_TOKEN must be the one that begins with xoxb-")
        if (_revealed(self.slack_app_token) or "").startswith("xoxb-"):
            raise ValueError("SLACK_APP_TOKEN must be the one that begins with xapp-")
        if self.slack_bot_token and (self.alert_channel or "#").startswith("#"):
            raise ValueError(
                "HELPDESK_ALERT_CHANNEL must be the id of the channel for tickets and alerts, "
                "such as C0123456789"
            )
        return self

    @model_validator(mode="after")
    def _time_enough(self) -> Self:
        now = utcnow()
        try:
            due = [self.sla.promise(priority, Facts(now)).resolution for priority in Priority]
        except NeverOpen:
            due = [now + 2 * LONGEST_TARGET]
        if max(due) > now + LONGEST_TARGET:
            raise ValueError(
                "HELPDESK_BUSINESS_HOURS leave too little time for HELPDESK_SLA_HOURS: "
                "a ticket would be due in more than ten years"
            )
        return self

    @property
    def sla(self) -> Sla:
        resolution = {str(priority): hours for priority, hours in self.sla_hours.items()}
        # Unless it is said, nobody has longer to answer than to solve it.
        first_response = {
            name: min(FIRST_RESPONSE_HOURS[name], hours) for name, hours in resolution.items()
        }
        if self.response_hours is not None:
            first_response = {
                str(priority): hours for priority, hours in self.response_hours.items()
            }
        policy = Policy.of_hours(resolution=resolution, first_response=first_response)
        zone = ZoneInfo(self.time_zone)
        if not (self.business_hours or self.holidays):
            return Sla(policy, zone=zone)
        week = parsed_week(self.business_hours or DAY_AND_NIGHT)
        holidays = PublicHolidays(self.holidays)
        calendar = business_hours(week, zone=zone, holidays=holidays)
        if not self.business_hours:
            return Sla(policy, calendar, zone)
        hours = opening_hours(week, zone=zone, holidays=bool(self.holidays))
        return Sla(policy, calendar, zone, hours)

    @property
    def alert_rules(self) -> AlertRules:
        steps = read_escalations(self.escalations) if self.escalations else Escalations()
        return AlertRules(
            calendar=self.sla.calendar,
            soon=self.soon_percent / 100,
            acknowledged=in_whole_milliseconds(timedelta(minutes=self.acknowledge_minutes)),
            urgent=frozenset(self.urgent),
            escalations=steps,
            zone=ZoneInfo(self.time_zone),
        )

    @property
    def slack(self) -> SlackPlace | None:
        """None where no workspace is connected: bot/local.py then starts a Slack of our own."""
        if self.slack_bot_token is None or self.alert_channel is None:
            return None
        return SlackPlace(
            bot_token=self.slack_bot_token.get_secret_value(),
            channel=self.alert_channel,
            api_url=self.slack_api_url,
            signing_secret=_revealed(self.slack_signing_secret),
            app_token=_revealed(self.slack_app_token),
        )

    @property
    def desk_data(self) -> Path:
        """Where our own servers keep tickets: what was only tried lies apart from real work."""
        return self.data if self.slack else self.data / "local-slack"

    def make_folders(self) -> None:
        """Those for data, for nobody else to read. Raises BadSettings where that cannot be."""
        for folder in (self.data, self.desk_data):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            except OSError as error:
                raise BadSettings(
                    f"HELPDESK_DATA must be a folder that can be written: {error.strerror}."
                ) from error

    @property
    def staff(self) -> Mapping[str, Role]:
        return dict.fromkeys(self.agents, Role.AGENT) | dict.fromkeys(self.admins, Role.ADMIN)

    def token_secret(self) -> str:
        """JWT_SECRET, or one made once and kept in the data folder."""
        return _revealed(self.jwt_secret) or _kept_secret(self.data / "jwt_secret")


def read_settings() -> Settings:
    """Raises BadSettings with a line for each setting that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        fields = {setting_name(name): field for name, field in Settings.model_fields.items()}
        found = error.errors(include_url=False, include_input=False)
        raise BadSettings("\n".join(sentence(each, fields) for each in found)) from None


def unknown_settings() -> list[str]:
    """A sentence for each name, here or in the file, that looks like a setting and is none."""
    known = [setting_name(field) for field in Settings.model_fields]
    given = {*os.environ, *map(str.upper, DotEnvSettingsSource(Settings).env_vars)}
    return [unknown(name, known) for name in sorted(given - {*known}) if name.startswith(_OURS)]


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _kept_secret(path: Path) -> str:
    """Two processes that start at once end up with the same one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
