"""A member's consent to one purpose in one server."""
