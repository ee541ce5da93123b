"""The desk over REST. Knows HTTP; what may happen to a ticket is core's."""
