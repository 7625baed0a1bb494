"""Native events: Discord's Scheduled Events, which announce the next occurrence of each schedule."""
