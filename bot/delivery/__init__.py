"""Sending exactly once: what Discord's answers mean, and the record of what is being sent."""
