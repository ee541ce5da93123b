"""The same API as others would build it, to be measured beside ours; not part of the program."""
