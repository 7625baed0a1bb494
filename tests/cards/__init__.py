"""Cards under every order of events: the real bot, with a scripted Discord."""
