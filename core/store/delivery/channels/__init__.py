"""What all processes share about one channel."""
