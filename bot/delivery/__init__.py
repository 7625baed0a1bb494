"""Sending messages exactly once: what Discord's answers mean, the outbox, and easing."""
