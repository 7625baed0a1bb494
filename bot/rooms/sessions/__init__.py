"""Sittings of rooms: sessions, seats, cards."""
