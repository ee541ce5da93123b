"""HTTP itself: the server, its connections, and what strangers may send. Knows no ticket."""
