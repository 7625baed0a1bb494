"""Simulates a night of many servers: `python -m bench.night [servers [hours [seed]]]`.

The defaults are 200 servers and 24 hours. The shipped bot runs as a separate process in a sandbox whose
clock is moved. Rooms open on schedule, people sit, nod and slip out, check-ins and room notices are due.
Meanwhile Discord limits, fails, does not answer and drops connections, servers have outages, and the bot is
restarted and killed. The exit code is 0 if every room always had one card, and it was true, every opening
and every check-in came once or was skipped as late, notices came at most once, silently, as people
settled in, and were gone after the close, everyone was answered, and memory use did not grow; otherwise 1.
It is 1 as well if there was nothing to judge, and 2 if the night is too short for any check-in.
"""

import asyncio
import sys

from bench.night.run import TooShortError, spend
from bench.process import exit_on_sigterm

SERVERS, HOURS, SEED = 200, 24, 6


async def _main() -> int:
    given = [int(each) for each in sys.argv[1:]]
    servers, hours, seed = [*given, *(SERVERS, HOURS, SEED)[len(given) :]]
    try:
        figures = await spend(servers, hours, seed)
    except TooShortError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{figures}\n")
    return 0 if figures.has_passed else 1


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(asyncio.run(_main()))
