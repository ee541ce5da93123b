"""What the app is told, over signed HTTP or Socket Mode, and what its answers do."""
