"""Personal check-ins: who asked for them, when they come, when they rest."""
