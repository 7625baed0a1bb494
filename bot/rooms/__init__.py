"""Rooms: their sessions, seats and cards, their schedules, and the native events that announce these."""
