"""Cards under every order of events: the real bot over a Discord that answers as a script says."""
