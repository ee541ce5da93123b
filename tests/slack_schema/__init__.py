"""Slack's own types as a second judge of what the bot sends: a JSON schema made of them."""
