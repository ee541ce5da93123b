"""What becomes of all that is kept of a person who is erased."""
