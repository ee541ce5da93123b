"""MongoDB itself: a server of our own, connections, indexes. Knows no ticket."""
