"""The connection to Discord: the only part of `bot` that imports discord."""
