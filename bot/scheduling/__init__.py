"""Time: the clock, what is due, and the worker that does it."""
