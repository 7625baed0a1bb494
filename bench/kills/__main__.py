"""Kills the bot while it delivers check-ins: `python -m bench.kills [--postgres] [kills [seed]]`.

The shipped bot runs as a separate process against the sandbox. In each round everyone's check-in is due and
the bot is killed in the middle: inside a request, after Discord has posted a message and before the bot has
the answer. In turn, the bot starts again at once, and is often killed again at random moments; or after
Discord has forgotten the nonces; or after the check-ins are late. It is then left to finish. After each
start some people tap the newest check-in that they see, which may be one that the bot has not recorded.

The exit code is 1 if a check-in came twice, came late, did not come although it was not late, or was
recorded otherwise than it came. It is 1 as well if no check-in had to be found again in its channel, or
none came at all: then nothing was shown. It is 2 if the bot ran but was too slow to go on, as on a busy
machine: the figures are those of the rounds before.
"""

import asyncio
import sys

from bench.kills.run import measure
from bench.process import exit_on_sigterm


async def _main() -> int:
    numbers = [int(each) for each in sys.argv[1:] if each != "--postgres"]
    kills, seed = [*numbers, *(200, 1)[len(numbers) :]]
    engine = "postgres" if "--postgres" in sys.argv else "sqlite"
    tally = await measure(kills, seed, engine=engine)
    sys.stdout.write(f"{tally}\n")
    if tally.unfinished and not tally.is_broken:
        return 2
    return 0 if tally.has_passed else 1


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(asyncio.run(_main()))
