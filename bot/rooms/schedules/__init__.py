"""The recurring times of rooms."""
