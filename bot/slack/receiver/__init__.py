"""The two ways in for what Slack sends, and how it is read. Knows no ticket."""
