"""A member's standing yes to one purpose in one server."""
