"""Several processes with one database: kills, a rolling restart, and what they do in a second."""
