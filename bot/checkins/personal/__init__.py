"""Personal check-ins, sent to members who asked for them."""
