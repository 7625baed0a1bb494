"""A server's days off, on which schedules and channel check-ins do not take place."""
