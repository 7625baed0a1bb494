"""Schedules: the recurring times at which sessions of a room open."""
