"""The page that people look at: what it is told, and what they do in it."""
