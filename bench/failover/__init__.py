"""The process that serves is killed, and another one takes over."""
