"""Slack itself: its requests, its Web API, its errors. Knows no ticket."""
