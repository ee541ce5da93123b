"""Accounts and tokens over REST."""
