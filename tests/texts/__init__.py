"""The catalogue and its texts."""
