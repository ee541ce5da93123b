"""Buttons, menus and fields: which there are in blocks, and what a person can do with them."""
