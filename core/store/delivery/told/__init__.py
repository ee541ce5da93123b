"""What people are told of a ticket, each where they hear it."""
