"""Measures memory and the start: `python -m bench.memory [--quick]`.

The shipped bot and a bare discord.py bot with the same intents are started one after another, as separate
processes, with 0, 1,000 and 10,000 servers of 30 channels and 20 roles; with `--quick` with 0 and 1,000,
which takes less than a minute. What a server costs is what the process grew by, divided by the servers. A
stop is a time in which the event loop did nothing else.
"""

import asyncio
import sys

from bench.memory.figures import FULL, QUICK, table
from bench.process import exit_on_sigterm


def main() -> None:
    """Print the table."""
    sizes = QUICK if "--quick" in sys.argv[1:] else FULL
    print("\n".join(asyncio.run(table(sizes))))


if __name__ == "__main__":
    exit_on_sigterm()
    main()
