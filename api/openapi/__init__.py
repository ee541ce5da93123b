"""The description of the API, made from the table that routes it."""
