"""What Slack is owed, as it lies in MongoDB."""
