"""How the bot sends less often, then stops, while a member does not tap. Pure.

`unanswered` counts the messages in a row that had no tap. Any tap sets it to zero.
"""

EASED_AFTER = 2
"""Messages in a row without a tap after which they come half as often."""

STOPPED_AFTER = 4
"""Messages in a row without a tap after which they stop, without a message about it."""


def is_eased(unanswered: int) -> bool:
    """Return whether messages come half as often."""
    return unanswered >= EASED_AFTER


def is_stopped(unanswered: int) -> bool:
    """Return whether no more messages come until a tap, or until the member asks for them again."""
    return unanswered >= STOPPED_AFTER
