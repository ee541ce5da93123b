"""What people see of a ticket in Slack, and what they do to it there."""
