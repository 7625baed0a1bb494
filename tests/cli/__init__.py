"""What the command line says, without Discord."""
