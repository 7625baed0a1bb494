"""Personal check-ins: they come to members who asked for them, by direct message or in a private thread."""
