"""What whoever starts the desk reads first: where everything is, and what is missing."""

import pytest

from bot.command_line.serve import _greeting
from bot.runtime.problems import Trouble
from bot.serving import Served
from core.settings import Settings

CONNECTED = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "HELPDESK_ALERT_CHANNEL": "C0123456789",
    "MONGO_URI": "mongodb://db.example/helpdesk",
}


@pytest.fixture
def greeting():
    def said(where=lambda: None, problems=(), **more):
        settings = Settings(_env_file=None, **CONNECTED, **more)
        return _greeting(settings, Served("http://127.0.0.1:4001", None, [], None, where), problems)

    return said


def test_it_names_the_channel_and_how_many_work_here(greeting):
    said = greeting(HELPDESK_AGENTS="U0123456789,U0123456780", HELPDESK_ON_CALL="S0123456789")

    assert "  Slack    by Socket Mode\n" in said
    assert "  Channel  C0123456789\n" in said
    assert "  Agents   2, and 0 of HELPDESK_ADMINS\n" in said
    assert said.endswith("  On call  S0123456789")


def test_it_says_what_is_missing(greeting):
    said = greeting()

    assert "Agents   none, so nobody in Slack can work on tickets: set HELPDESK_AGENTS" in said
    assert "On call  nobody is mentioned where nobody has a late ticket" in said


def test_it_names_the_workspace_and_what_else_is_the_matter(greeting):
    missing = Trouble("Slack refuses messages (not_in_channel): type /invite.")
    said = greeting(lambda: "https://acme.slack.com/", [missing])

    assert "  Slack    by Socket Mode, https://acme.slack.com/\n" in said
    assert said.endswith(f"Not all is well, as /readyz says, too:\n  {missing.message}")
