"""Slack's mrkdwn, rich text and blocks. Knows no ticket."""
