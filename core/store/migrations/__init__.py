"""The indexes, and the steps from one version of the program to the next."""
