"""The pure rules: time, rooms, check-ins, consent, settings."""
