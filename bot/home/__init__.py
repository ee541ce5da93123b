"""The Home tab: what is theirs to do, for everybody."""
