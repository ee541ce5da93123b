"""What people do in the workspace: they write, press, fill in, react."""
