"""Prints what taps and commands cost beside a bare bot: `python -m bench.floor [--rounds 20] [--taps 30]`.

In each round, members tap one after the other, at one bot and then at the other; ratios are those of the
rounds' pairs, with a 95 % interval. Latency is the time from when the interaction was sent until the last
request that answers it. Processor time is that of all threads of the bot. `--kind /help` measures one kind;
`--postgres` compares Alongside on PostgreSQL with itself on SQLite.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from bench.floor.comparison import compare
from bench.floor.stage import Kind
from bench.floor.table import table
from bench.process import exit_on_sigterm

ROUNDS, TAPS = 5, 30


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.floor")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--taps", type=int, default=TAPS, help="in a round")
    parser.add_argument("--kind", action="append", type=Kind)
    parser.add_argument("--postgres", action="store_true", help="compare with Alongside on SQLite")
    given = parser.parse_args()
    kinds = given.kind or list(Kind)
    found = asyncio.run(compare(given.rounds, given.taps, kinds, on_postgres=given.postgres))
    sys.stdout.writelines(f"{line}\n" for line in table(found))
    return 0


if __name__ == "__main__":
    exit_on_sigterm()
    sys.exit(main())
