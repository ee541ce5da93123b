"""Reading what Slack did not tell of."""
