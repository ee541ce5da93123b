"""Lists of tickets, turned in place."""
