"""What `helpdesk doctor` looks at."""
