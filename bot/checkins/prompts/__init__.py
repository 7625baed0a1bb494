"""What check-ins say: the catalogue's words and a server's own."""
