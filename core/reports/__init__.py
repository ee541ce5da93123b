"""How promises were kept, reckoned from tickets: pure."""
