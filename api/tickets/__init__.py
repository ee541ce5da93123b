"""Tickets, lists of them and the report over REST."""
