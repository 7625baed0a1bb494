"""Processes that share one database: kills, a rolling restart, and what they manage.

    python -m bench.processes [kills [seed [servers]]]
    python -m bench.processes restart [seed [servers]]
    python -m bench.processes rates

Three processes of the shipped bot, each with four of twelve shards, serve 200 servers of the sandbox with
one database in PostgreSQL. People tap on cards and in direct messages, check-ins are due, sessions open,
change and close. Each time a process is killed at random, another one is started in its place: at once, or
when its check-ins are more than ten minutes late. `restart` stops all three one after another, as an
operator does, each time when another one stands by; people tap again until they are answered.

The exit code of both is 1 if a check-in or an opening came twice, late or not at all, a card was not true
within twenty seconds of a take-over, a confirmed seat was gone, a tap that reached a process was not
answered, there were more than fifty requests that Discord counts in any second, or two shards of one key
identified within five seconds; and if there was nothing to judge. It is 2 if the machine was too busy to
finish.

`rates` prints how many taps and check-ins a second one, two and three processes manage without limits to
keep, and what it costs that they share limits. The sandbox and the database server use the same processors.
"""

import asyncio
import sys

from bench.process import exit_on_sigterm
from bench.processes.judge import Tally
from bench.processes.kills import measure
from bench.processes.rates import show
from bench.processes.restart import measure_restart
from bench.processes.run import Scale

_KILLS, _SEED, _SERVERS = 50, 1, 200


async def _main(given: list[str]) -> int:
    if given == ["rates"]:
        await show()
        return 0
    if given[:1] == ["restart"]:
        seed, servers = _numbers(given[1:], _SEED, _SERVERS)
        return _judge(await measure_restart(seed, Scale(servers)))
    kills, seed, servers = _numbers(given, _KILLS, _SEED, _SERVERS)
    return _judge(await measure(kills, seed, Scale(servers)))


def _numbers(given: list[str], *otherwise: int) -> list[int]:
    """Return the numbers that were given, and the last of `otherwise` for those that were not."""
    return [*map(int, given), *otherwise[len(given) :]]


def _judge(tally: Tally) -> int:
    sys.stdout.write(f"{tally}\n")
    if tally.unfinished and not tally.is_broken:
        return 2
    return 0 if tally.has_passed else 1


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(asyncio.run(_main(sys.argv[1:])))
