"""What somebody does in Slack about their own account."""
