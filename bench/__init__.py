"""How fast the desk is; not part of the program."""
