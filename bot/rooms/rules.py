"""The rules of rooms, pure."""

DEFAULT_CAPACITY = 8
MOST_SEATS = 99
MOST_IN_VOICE = 99  # Discord's own limit of a voice channel
MOST_ROOMS = 25  # as many as a select can offer
LONGEST_NAME = 40


def tidy_name(typed: str) -> str | None:
    """Return a room's name with its blanks in order, or None if it is empty, too long or unprintable."""
    name = " ".join(typed.split())
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None
