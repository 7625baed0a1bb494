"""Native events: what Discord shows of a schedule's next occurrence."""
