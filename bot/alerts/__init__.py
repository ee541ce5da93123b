"""Alerts in Slack: announced once, shown on the board, acknowledged and snoozed."""
