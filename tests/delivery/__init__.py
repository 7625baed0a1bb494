"""Sending exactly once."""
