"""The settings and what may be given for each. docs/settings.md describes them; a test checks."""

from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.alerts.escalations import Escalations, Told, read_escalations
from core.alerts.rules import AlertRules
from core.clock import in_whole_milliseconds, utcnow
from core.people.accounts import Role
from core.settings.intake import Emoji, Intake
from core.settings.kept_secret import BadSecret, kept_secret
from core.settings.kinds import (
    File,
    Host,
    MongoAddress,
    Networks,
    Origins,
    Places,
    Priorities,
    PriorityHours,
    SlackApi,
    TimeOfDay,
    WeekHours,
    Zone,
    bare,
    by_name,
)
from core.settings.messages import BETWEEN
from core.settings.rates import Rate, RateOrOff
from core.settings.slack import (
    AppToken,
    BotToken,
    Channel,
    OnCall,
    People,
    SigningSecret,
    SlackPlace,
    disagreements,
)
from core.sla import Policy, Sla, SlaHistory
from core.sla.business_hours import DAY_AND_NIGHT, business_hours, parsed_week
from core.sla.calendar import Calendar, NeverOpen
from core.sla.explanation import opening_hours
from core.sla.policy import FIRST_RESPONSE_HOURS
from core.sla.public_holidays import PublicHolidays
from core.tickets import Priority

SHORT_SECRET = 32


class BadSettings(Exception):
    """Says which setting is wrong and what is allowed, never what it was."""


# A target further away than this is a mistake in the business hours.
LONGEST_TARGET = timedelta(days=10 * 366)
# The seed and Slack name these; every other setting carries our prefix.
_NAMED_BY_OTHERS = ("host", "port", "mongo_", "jwt_", "slack_", "log_")


def setting_name(field: str) -> str:
    """What a field of Settings is called in the environment."""
    return field.upper() if field.startswith(_NAMED_BY_OTHERS) else f"HELPDESK_{field.upper()}"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        alias_generator=setting_name,
        extra="ignore",
        hide_input_in_errors=True,
    )

    host: Host = "127.0.0.1"
    port: int = Field(default=4000, ge=0, le=65535)
    mongo_uri: MongoAddress | None = None
    jwt_secret: SecretStr | None = None
    jwt_secret_before: SecretStr | None = None
    slack_bot_token: BotToken | None = None
    slack_signing_secret: SigningSecret | None = None
    slack_app_token: AppToken | None = None
    slack_api_url: SlackApi = "https://slack.com/api/"
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    local_slack_port: int = Field(default=4500, ge=0, le=65535)
    alert_channel: Channel | None = None
    card_thread: Literal["internal", "public"] = "internal"
    intake: Intake = {}
    ticket_emoji: Emoji = "ticket"
    admins: People = []
    agents: People = []
    sla_hours: PriorityHours = {Priority.HIGH: 4, Priority.MEDIUM: 24, Priority.LOW: 48}
    response_hours: Annotated[PriorityHours | None, NoDecode] = None
    reply_hours: Annotated[PriorityHours | None, NoDecode] = None
    business_hours: Annotated[WeekHours | None, NoDecode] = None
    time_zone: Zone = "UTC"
    holidays: Places = []
    soon_percent: float = Field(default=75, ge=0, lt=100, allow_inf_nan=False)
    acknowledge_minutes: float = Field(default=60, gt=0, le=7 * 24 * 60, allow_inf_nan=False)
    close_waiting_days: float | None = Field(default=None, gt=0, le=366, allow_inf_nan=False)
    retention_days: float | None = Field(default=None, gt=0, le=36_600, allow_inf_nan=False)
    urgent: Priorities = [Priority.HIGH]
    escalations: File | None = None
    on_call: OnCall = []
    mentions_per_hour: int = Field(default=30, ge=0, le=10_000)
    scan_seconds: float = Field(default=10, ge=0.05, le=3600, allow_inf_nan=False)
    alert_post_seconds: float = Field(default=10, gt=0, le=60, allow_inf_nan=False)
    alert_lease_seconds: float = Field(default=20, gt=0, le=600, allow_inf_nan=False)
    alert_history_seconds: float = Field(default=15, ge=0, le=600, allow_inf_nan=False)
    catch_up_seconds: float = Field(default=300, ge=0.05, le=86_400, allow_inf_nan=False)
    data: File = Path("~/.local/share/helpdesk")
    min_password: int = Field(default=6, ge=1, le=128)
    cors_origins: Origins = ["local"]
    rate_limit: RateOrOff = Rate(600, 60)
    anonymous_rate_limit: RateOrOff = Rate(30, 60)
    trusted_proxies: Networks = []
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] | None = None
    digest_time: TimeOfDay = time(9)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: Any, info: Any) -> Any:
        """`NAME=` in a file or a compose environment means no NAME at all; but no emoji is none."""
        field = cls.model_fields[info.field_name]
        if value == "" and info.field_name != "ticket_emoji":
            return field.get_default()
        lines = NoDecode in field.metadata
        return bare(value, lines=lines) if value and isinstance(value, str) else value

    @field_validator("card_thread", "log_level", "log_format", mode="before")
    @classmethod
    def _in_any_case(cls, value: Any) -> Any:
        return value.lower() if isinstance(value, str) else value

    @field_validator("escalations")
    @classmethod
    def _readable(cls, value: Path | None) -> Path | None:
        if value is not None:
            read_escalations(value)
        return value

    @model_validator(mode="after")
    def _together(self) -> Self:
        if wrong := [*self._disagreements()]:
            raise ValueError(BETWEEN.join(wrong))
        return self

    def _disagreements(self) -> Iterator[str]:
        """What does not go together, a sentence each."""
        if self.alert_post_seconds >= self.alert_lease_seconds:
            yield "HELPDESK_ALERT_POST_SECONDS must be less than HELPDESK_ALERT_LEASE_SECONDS"
        yield from disagreements(
            bot_token=self.slack_bot_token is not None,
            signing_secret=self.slack_signing_secret is not None,
            app_token=self.slack_app_token is not None,
            channel=self.alert_channel,
        )
        now = utcnow()
        try:
            sla = self.build_sla()
            due = [sla.promise(priority, SlaHistory(now)).resolution for priority in Priority]
            due += [sla.calendar.after(now, target) for target in sla.policy.next_reply.values()]
        except NeverOpen:
            due = [now + 2 * LONGEST_TARGET]
        if max(due) > now + LONGEST_TARGET:
            yield (
                "HELPDESK_BUSINESS_HOURS leave too little time for HELPDESK_SLA_HOURS: "
                "a ticket would be due in more than ten years"
            )

    def build_sla(self) -> Sla:
        """Targets and the calendar by which they count."""
        resolution = by_name(self.sla_hours)
        # Unless it is said, nobody has longer to answer than to solve it.
        first_response = {
            name: min(FIRST_RESPONSE_HOURS[name], hours) for name, hours in resolution.items()
        }
        if self.response_hours is not None:
            first_response = by_name(self.response_hours)
        next_reply = by_name(self.reply_hours) if self.reply_hours else None
        policy = Policy.of_hours(
            resolution=resolution, first_response=first_response, next_reply=next_reply
        )
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

    def build_alert_rules(self, calendar: Calendar) -> AlertRules:
        """Reads the file of escalation steps: raises BadEscalations."""
        steps = read_escalations(self.escalations) if self.escalations else Escalations()
        return AlertRules(
            calendar=calendar,
            replies=self.build_sla().policy.next_reply,
            soon=self.soon_percent / 100,
            acknowledged=in_whole_milliseconds(timedelta(minutes=self.acknowledge_minutes)),
            urgent=frozenset(self.urgent),
            escalations=steps,
            on_call=Told.of(self.on_call),
            zone=ZoneInfo(self.time_zone),
        )

    @property
    def slack(self) -> SlackPlace | None:
        """None where no workspace is connected: bot/local/ then starts a Slack of our own."""
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
    def on_loopback(self) -> bool:
        """Whether nothing but this machine reaches the server."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def staff(self) -> Mapping[str, Role]:
        return dict.fromkeys(self.agents, Role.AGENT) | dict.fromkeys(self.admins, Role.ADMIN)

    def token_secret(self) -> str:
        """JWT_SECRET, or one made once and kept in the data folder. Raises BadSettings."""
        try:
            return _revealed(self.jwt_secret) or kept_secret(self.data / "jwt_secret")
        except BadSecret as error:
            raise BadSettings(str(error)) from error

    def token_secret_before(self) -> str | None:
        """Signs nothing; what it signed is good until it expires."""
        return _revealed(self.jwt_secret_before)


def _revealed(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
