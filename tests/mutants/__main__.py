"""Change small things in a copy of the last commit, one by one, and print those that no test notices."""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from tests.mutants import covering
from tests.mutants.mutant import SCOPE, Mutant, Readers, equivalent, sample
from tests.mutants.trial import run_tests

_MOST_SECONDS = 90  # of tests for one mutant, the quick ones first
_SLOWNESS = 6  # a mutant's tests may take this many times as long as measured
_PATIENCE_SECONDS = 30
_TRIED_FIRST = 20  # tests, without any change
_TIMED_OUT = "Timeout"  # in the output of tests
_RESULTS = ("killed", "survived", "equivalent", "not run", "not judged")
_LIBRARIES = (
    "aiohttp.web",
    "aiosqlite",
    "aiosql",
    "discord.ext.commands",
    "PIL.ImageFont",
    "pydantic_settings",
)
_FORK = multiprocessing.get_context("fork")


@dataclass(slots=True)
class _Trial:
    """One mutant, in the copy of the tree where its tests run."""

    mutant: Mutant
    original: bytes
    tree: Path
    process: ForkProcess
    log: Path
    tests: list[str]
    seconds: float  # that the tests took when they were measured
    patience: float  # seconds that they may take
    started_at: float = field(default_factory=time.monotonic)

    @property
    def ends_at(self) -> float:
        """When its tests have taken too long."""
        return self.started_at + self.patience


def main() -> int:
    """Run a sample; return 0 if every mutant was killed or is listed as equivalent."""
    given = _arguments()
    os.nice(15)
    for each in _LIBRARIES:  # imported once, not for each mutant
        importlib.import_module(each)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    caches = covering.caches_of(commit.stdout.strip())
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees = [Path(folder, str(number)) for number in range(len(covering.SUITES))]
        for tree in trees:
            _check_out(tree)
        if not all(each.exists() for each in caches) and not _measure(trees, caches):
            return 2
        drawn = sample(trees[0], given.size, given.seed, tuple(given.only) or SCOPE)
        covered = covering.load(caches)
        if not _passes_unchanged(trees[0], _quickest(covered)):
            _say("tests fail without any change, so nothing can be judged")
            return 2
        return _Sample(trees[: given.at_once], covered).run(drawn)


def _measure(trees: list[Path], caches: list[Path]) -> bool:
    """Measure which tests run which lines; return whether that succeeded."""
    _say("Measuring which tests run which lines (once a commit, some minutes)")
    logs = [tree.with_suffix(".log") for tree in trees]
    started = [
        _start(tree, log, covering.measure, cache, suites)
        for tree, log, cache, suites in zip(trees, logs, caches, covering.SUITES, strict=True)
    ]
    for process, log in zip(started, logs, strict=True):
        process.join()
        _say(log.read_text().splitlines()[-1])
    return all(process.exitcode == 0 for process in started)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutants", description=__doc__)
    parser.add_argument("--size", type=int, default=30, help="how many mutants (default 30)")
    parser.add_argument("--seed", type=int, default=1, help="which sample (default 1)")
    parser.add_argument(
        "--only", nargs="*", default=[], help="patterns of files, such as bot/rooms/**/*.py"
    )
    parser.add_argument("--at-once", type=int, choices=(1, 2), default=2, help="how many at a time")
    return parser.parse_args()


def _check_out(tree: Path) -> None:
    """Write the files of the last commit to a new folder."""
    tree.mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(tree)], input=archive.stdout, check=True)


def _start(tree: Path, log: Path, function: Callable[..., int], *given: object) -> ForkProcess:
    process = _FORK.Process(target=_in_tree, args=(tree, log, function, *given), daemon=True)
    process.start()
    return process


def _in_tree(tree: Path, log: Path, function: Callable[..., int], *given: object) -> None:
    """Run a function in the copy of the tree, with its modules and not with ours."""
    os.setsid()
    os.chdir(tree)
    with log.open("w") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    sys.path[:] = [
        str(tree),
        *(each for each in sys.path if each not in {"", str(Path(__file__).parents[2])}),
    ]
    for name in [each for each in sys.modules if each.split(".")[0] in {"bot", "cogs", "tests", "sandbox"}]:
        del sys.modules[name]
    sys.exit(function(*given))


class _Sample:
    """Runs mutants, one in each tree at a time, and counts what became of them."""

    def __init__(self, trees: list[Path], covered: covering.Covering) -> None:
        self._free = list(trees)
        self._covered = covered
        self._readers = Readers(trees[0])
        self._equivalent = equivalent()
        self._running: list[_Trial] = []
        self._counts = Counter(dict.fromkeys(_RESULTS, 0))
        self._begun = 0

    def run(self, drawn: list[Mutant]) -> int:
        for mutant in drawn:
            if mutant.key() in self._equivalent:
                self._note("equivalent", mutant, self._equivalent[mutant.key()])
                continue
            tests = self._tests(mutant)
            if not tests:
                self._note("not run", mutant, "no in-process test runs this line")
                continue
            while not self._free:
                self._wait()
            self._begin(mutant, tests)
        while self._running:
            self._wait()
        judged = self._counts.total() - self._counts["equivalent"]
        share = 100 * self._counts["killed"] / judged if judged else 100
        counts = ", ".join(f"{count} {result}" for result, count in self._counts.items())
        _say(f"{counts}: {share:.1f} % of those that matter are killed")
        return 0 if judged == self._counts["killed"] else 1

    def _tests(self, mutant: Mutant) -> list[str]:
        """Return the tests that may notice, the quick ones first, as many as are worth the time."""
        seconds = self._covered.seconds
        found, total = list[str](), 0.0
        for test in sorted(self._readers.tests(mutant, self._covered), key=lambda each: seconds[each]):
            total += seconds[test]
            if found and total > _MOST_SECONDS:
                break
            found.append(test)
        return found

    def _begin(self, mutant: Mutant, tests: list[str]) -> None:
        tree = self._free.pop()
        file = tree / mutant.path
        original, self._begun = file.read_bytes(), self._begun + 1
        file.write_bytes(mutant.change.applied(original))
        _set_time(file, self._begun)
        log = tree.with_name(f"{tree.name}.log")
        seconds = sum(self._covered.seconds[each] for each in tests)
        process = _start(tree, log, run_tests, tests)
        patience = _PATIENCE_SECONDS + _SLOWNESS * seconds
        self._running.append(_Trial(mutant, original, tree, process, log, tests, seconds, patience))

    def _wait(self) -> None:
        """Wait until a mutant's tests end, or their time is over."""
        until = min(each.ends_at for each in self._running)
        wait([each.process.sentinel for each in self._running], max(0, until - time.monotonic()))
        for trial in list(self._running):
            is_late = trial.process.is_alive() and time.monotonic() >= trial.ends_at
            if trial.process.is_alive() and not is_late:
                continue
            _stop(trial.process)
            self._end(trial, is_late=is_late)

    def _end(self, trial: _Trial, *, is_late: bool) -> None:
        self._running.remove(trial)
        file = trial.tree / trial.mutant.path
        file.write_bytes(trial.original)
        _set_time(file, 0)
        why = "the tests did not end" if is_late else _first_failure(trial.log)
        took_long = is_late or _TIMED_OUT in trial.log.read_text(errors="replace")
        if not is_late and trial.process.exitcode == 0:
            self._note("survived", trial.mutant, f"{len(trial.tests)} tests, {trial.seconds:.0f} s")
        elif took_long and not _passes_unchanged(trial.tree, trial.tests, trial.patience):
            self._note("not judged", trial.mutant, f"{why}, and without the change neither")
        else:
            self._note("killed", trial.mutant, why)
        self._free.append(trial.tree)

    def _note(self, result: str, mutant: Mutant, why: str) -> None:
        self._counts[result] += 1
        _say(f"{result:10}  {mutant}  ({why})")


def _quickest(covered: covering.Covering) -> list[str]:
    return sorted(covered.seconds, key=covered.seconds.__getitem__)[:_TRIED_FIRST]


def _passes_unchanged(tree: Path, tests: list[str], patience: float = _PATIENCE_SECONDS) -> bool:
    """Return whether tests pass without any change, in as much time: perhaps the machine is slow."""
    process = _start(tree, tree.with_name(f"{tree.name}.log"), run_tests, tests)
    process.join(patience)
    _stop(process)
    return process.exitcode == 0


def _stop(process: ForkProcess) -> None:
    """Kill a process and those that it started, if it still runs."""
    if process.pid is not None and process.is_alive():
        os.killpg(process.pid, signal.SIGKILL)
    process.join()


def _set_time(file: Path, seconds: int) -> None:
    """Give each version of a module its own time: by that, Python knows what it compiled before."""
    os.utime(file, (seconds, seconds))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _first_failure(log: Path) -> str:
    """Return the line that names the failing test, or the last one if none does."""
    lines = [each for each in log.read_text(errors="replace").splitlines() if each.strip()]
    named = [each for each in lines if each.startswith(("FAILED", "ERROR"))]
    return (named or lines or ["no output"])[-1][:120]


if __name__ == "__main__":
    sys.exit(main())
