"""Sending messages exactly once: what Discord's answers mean, the outbox, and when to send less often."""
