"""Reports, charts and the daily digest in Slack."""
