"""Sending messages exactly once: what Discord's answers mean, the outbox, and sending less often without taps."""
