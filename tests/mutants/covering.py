"""Which tests run which lines, measured once a commit and saved outside the repository."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import coverage
import pytest

SUITES = (  # measured at the same time
    ("rules", "services", "storage", "delivery", "cards", "cli", "gateway"),
    ("stories",),
)
_CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "alongside-mutants"


@dataclass(frozen=True, slots=True)
class Covering:
    """The seconds of each test, and by file and line the tests that run it."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]

    def tests(self, path: str, lines: tuple[int, ...]) -> set[str]:
        """Return the tests that run one of the lines."""
        found = self.lines.get(path, {})
        return {test for line in lines for test in found.get(line, ())}


class _Recorder:
    """A pytest plugin that names the running test to coverage.py and notes how long it took."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self._measured = measured
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._measured.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self._measured.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration
        if report.failed:
            self.failed.add(report.nodeid)


def caches_of(commit: str) -> list[Path]:
    """Return the paths of the files that hold a commit's coverage; they may not exist yet."""
    return [_CACHE / f"{commit}-{number}.json" for number in range(len(SUITES))]


def load(paths: Iterable[Path]) -> Covering:
    """Read what was measured."""
    found = Covering({}, {})
    for path in paths:
        saved = json.loads(path.read_text())
        found.seconds.update(saved["seconds"])
        for file, lines in saved["lines"].items():
            known = found.lines.setdefault(file, {})
            for line, numbers in lines.items():
                known.setdefault(int(line), []).extend(saved["tests"][number] for number in numbers)
    return found


def measure(path: Path, suites: Sequence[str]) -> int:
    """Run tests of the current directory under coverage.py and save which lines they ran.

    A test that fails here, for example because it traces calls itself, is left out. Returns 0, or the
    exit code of pytest if it could not run them.
    """
    root = Path.cwd()
    measured = coverage.Coverage(data_file=None, config_file=False, source=["bot", "cogs"])
    recorder = _Recorder(measured)
    measured.start()
    code = pytest.main(["-q", "-p", "no:cacheprovider", *(f"tests/{each}" for each in suites)], [recorder])
    measured.stop()
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        return int(code)
    tests = sorted(set(recorder.seconds) - recorder.failed)
    numbers = {test: number for number, test in enumerate(tests)}
    lines = {}
    for file in measured.get_data().measured_files():
        found = measured.get_data().contexts_by_lineno(file)
        lines[str(Path(file).relative_to(root))] = {
            line: [numbers[each] for each in contexts if each in numbers]
            for line, contexts in found.items()
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"tests": tests, "seconds": recorder.seconds, "lines": lines}))
    return 0
