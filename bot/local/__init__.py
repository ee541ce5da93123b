"""The local Slack as a workspace of the desk, for trying it."""
