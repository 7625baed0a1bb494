"""Check-ins: personal ones, channel check-ins, and the texts of both."""
