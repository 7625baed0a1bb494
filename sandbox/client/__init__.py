"""What Discord's own client lets a person do and see. Tests and the page act through it."""
