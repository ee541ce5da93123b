"""When which alert is due, and whom it tells: pure rules."""
