"""What the workspace remembers: people, channels, messages, open views, files."""
