"""What people type, read into values: pure functions, one for each kind of value."""
