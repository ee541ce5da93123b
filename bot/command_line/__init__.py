"""The parts of the `helpdesk` command."""
