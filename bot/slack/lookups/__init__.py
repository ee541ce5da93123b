"""What Slack is asked of its own accord: what the app may do, where, and what people are called."""
