"""Tickets in MongoDB, and what is looked up and written of them."""
