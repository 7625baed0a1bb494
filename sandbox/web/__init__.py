"""The page for people, its HTTP endpoints and its live socket."""
