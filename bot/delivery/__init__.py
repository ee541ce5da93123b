"""How a message that is owed gets to Slack once."""
