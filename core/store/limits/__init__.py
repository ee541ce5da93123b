"""What somebody may still ask for, counted for all processes together."""
