"""A server's own choices: its zone and the places to turn to that it names."""
