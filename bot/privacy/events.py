"""Events about members, for other parts of the process: see `bot/scheduling/event_bus.py`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardsChanged:
    """Cards of open sessions have to show a member in another way than they do.

    `is_urgent`: they show a name that may not be shown any longer, so they cannot wait for the next tap.
    """

    session_ids: tuple[int, ...]
    is_urgent: bool
