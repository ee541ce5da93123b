"""Who may do what: accounts, permissions, passwords."""
