"""What all commands share: how they are added to the command line, and how they print.

The module of a command has `add(commands)`, which adds its name, help and options, and a function that
takes the parsed options and returns the exit code.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import TypeAlias

Run: TypeAlias = Callable[[argparse.Namespace], int]


class Commands:
    """The parser of the whole command line."""

    def __init__(self, epilog: str) -> None:
        self._parser = argparse.ArgumentParser(
            prog="alongside",
            description="Quiet company for Discord communities.\n"
            "`alongside COMMAND --help` shows an example.",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self._parser.add_argument("--version", action="version", version=version("alongside-bot"))
        self._names = self._parser.add_subparsers(required=True, metavar="COMMAND", title="commands")

    def add(
        self,
        name: str,
        run: Run,
        brief: str,
        more: str = "",
        *,
        examples: Sequence[str],
        as_json: bool = False,
    ) -> argparse.ArgumentParser:
        """Add a command and return its parser, for its options.

        `brief` is its line in the list of commands; `more` and the `examples` (whole lines, as an operator
        types them) are added in the command's own --help. `as_json` adds the option `--json`.
        """
        shown = "\n".join(
            ["Examples:" if len(examples) > 1 else "Example:", *(f"  {each}" for each in examples)]
        )
        parser = self._names.add_parser(
            name,
            help=brief,
            description=f"{brief[:1].upper()}{brief[1:]}.",
            epilog=f"{more}\n\n{shown}" if more else shown,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.set_defaults(command=run)
        if as_json:
            parser.add_argument("--json", action="store_true", help="print one JSON object, for scripts")
        return parser

    def parse(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        """Return the parsed arguments. Exits for --help, for --version and for wrong arguments."""
        return self._parser.parse_args(arguments)


def say(line: str) -> None:
    """Print a line of the answer to standard output."""
    print(line, flush=True)  # noqa: T201 - the output of a command


def say_json(answer: Mapping[str, object]) -> None:
    """Print the answer as one JSON object."""
    say(json.dumps(answer, ensure_ascii=False))


@contextlib.contextmanager
def progress(action: str) -> Iterator[None]:
    """Print to standard error what is being done, and then whether it succeeded."""
    print(f"{action} ...", end="", file=sys.stderr, flush=True)  # noqa: T201 - a long step is announced
    outcome = " stopped"
    try:
        yield
        outcome = " done"
    finally:
        print(outcome, file=sys.stderr, flush=True)  # noqa: T201 - the end of the same line
