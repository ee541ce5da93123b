"""How the parts of the running program hang together."""
