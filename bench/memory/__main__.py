"""Measures memory and the start: `python -m bench.memory [--quick]`.

The shipped bot and a bare discord.py bot with the same intents are started one after another, as separate
processes, with 0, 1,000 and 10,000 servers of 30 channels and 20 roles; with `--quick` with 0 and 1,000,
which takes less than a minute. What a server costs is what the process grew by, divided by the servers. A
stop is a time in which the event loop did nothing else.
"""

import asyncio
import sys

from bench.memory.figures import FULL, QUICK, rows
from bench.process import exit_on_sigterm


async def _main() -> None:
    sizes = QUICK if "--quick" in sys.argv[1:] else FULL
    print(f"{'':<40}{'bare':>16}{'product':>16}{'ratio':>8}  aim")
    for row in await rows(sizes):
        aim = f"{row.aim}{'' if row.is_met else ': missed'}"
        print(f"{row.name:<40}{row.bare:>16}{row.product:>16}{row.ratio:>8.2f}  {aim}")


if __name__ == "__main__":
    exit_on_sigterm()
    asyncio.run(_main())
