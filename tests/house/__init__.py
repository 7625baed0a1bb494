"""The house: what holds for every file, whoever writes it."""
