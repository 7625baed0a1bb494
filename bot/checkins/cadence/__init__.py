"""Local time to moments and back: recurring times, windows, zones. Pure."""
