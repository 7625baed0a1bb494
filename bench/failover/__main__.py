"""Kills the process that serves, while another one stands by: `python -m bench.failover [times [seed]]`.

Two processes of the shipped bot run against the sandbox with one database in PostgreSQL: one serves, the
other stands by. Each time, a session is open, its next phase and everyone's check-in are due, and people
tap **Sit** all the while. The process that serves is killed inside the request that posts a check-in. The
other process takes over and sends what is left, and the session goes on until it closes. Then a new process
stands by.

The exit code is 1 if a takeover took longer than ten seconds, a check-in came twice or not at all or was
recorded otherwise than it came, a seat that was confirmed is gone, or a room has another number of cards
than one, or a session did not go on or did not close.
"""

import asyncio
import sys

from bench.failover.run import measure
from bench.process import exit_on_sigterm


async def _main() -> int:
    numbers = [int(each) for each in sys.argv[1:]]
    times, seed = [*numbers, *(20, 1)[len(numbers) :]]
    tally = await measure(times, seed)
    sys.stdout.write(f"{tally}\n")
    return 0 if tally.has_passed else 1


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(asyncio.run(_main()))
