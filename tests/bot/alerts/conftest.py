"""Desks with escalation steps, and tickets filed in Slack."""

import pytest

GENERAL = "C0GENERAL"


@pytest.fixture
def escalating(tmp_path, slack):
    """After 15 minutes Amir and a group are told; after 15 more, another channel."""
    path = tmp_path / "steps.yml"
    path.write_text(
        f"""
        steps:
          - {{after_minutes: 15, tell: [{slack.amir.id}, S0ONCALL]}}
          - {{after_minutes: 15, tell: [{GENERAL}]}}
        """
    )
    return {"escalations": path}


@pytest.fixture
def filed(slack, store):
    async def done(title="VPN is down", priority="high"):
        answer = await slack.command(f"new {priority} {title}", by=slack.ada)
        assert "is filed" in answer.text

    return done
