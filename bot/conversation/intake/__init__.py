"""How messages become tickets."""
