"""Personal check-ins, sent to members who asked for them, by direct message or in a private thread."""
