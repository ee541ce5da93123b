"""What a ticket is and what may happen to it. Knows neither Slack nor HTTP."""
