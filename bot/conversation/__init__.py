"""What people say in the threads of tickets."""
