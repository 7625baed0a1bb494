"""Weekly totals for moderators."""
