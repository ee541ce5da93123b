"""The use cases about tickets, each a file, on one way of deciding."""
