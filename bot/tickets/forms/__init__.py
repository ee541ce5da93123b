"""What opens a view for a ticket, and the forms in which people work on one."""
