"""What other parts of the process are told when something about a member changes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardsChanged:
    """Cards of open sessions show less, or more, of a member than before.

    `is_urgent`: they still show a name that may not be shown any longer, so they do not wait for a tap.
    """

    session_ids: tuple[int, ...]
    is_urgent: bool
