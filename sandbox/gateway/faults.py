"""What the gateway does wrong on purpose, as planned by a test."""

from __future__ import annotations

from dataclasses import dataclass, field

INVALID_SESSION = 9  # an opcode; close codes begin at 4000


@dataclass
class GatewayFaults:
    """Faults that are used up one by one.

    `identify_answers` has a close code, or `INVALID_SESSION`, for each of the next identifies. `hellos` has
    what the next connections are sent instead of HELLO, `codes_after_hello` the code with which they are
    closed right after it.
    """

    connections_to_refuse: int = 0
    identify_answers: list[int] = field(default_factory=list)
    hellos: list[str] = field(default_factory=list)
    codes_after_hello: list[int] = field(default_factory=list)

    def take_connection_refusal(self) -> bool:
        """Return whether to refuse this connection."""
        if self.connections_to_refuse <= 0:
            return False
        self.connections_to_refuse -= 1
        return True

    def take_identify_answer(self) -> int | None:
        """Return the planned answer to this identify, None if there is none."""
        return self.identify_answers.pop(0) if self.identify_answers else None
