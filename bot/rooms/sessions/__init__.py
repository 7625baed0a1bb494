"""Sessions of rooms, their seats and their cards."""
