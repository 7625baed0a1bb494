"""A server's own choices: its time zone and the help contacts that it names."""
