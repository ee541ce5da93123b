"""A Slack on one's own machine, speaking to a bot only as Slack does."""
