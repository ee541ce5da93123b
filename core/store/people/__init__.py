"""Accounts and the tokens of programs in MongoDB."""
