"""Fixtures of all tests. One checks that the log, in the shipped format, has no personal data or token."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.observability import logs
from bot.observability.redaction import Redactor
from bot.storage.sqlite.database import SqliteDatabase
from tests.secrets import telling

_WAITING = ("demo", "process")

# Hypothesis draws the same examples in every run, however long they take, and saves no failing ones.
settings.register_profile("derandomized", derandomize=True, deadline=None, database=None)
settings.load_profile("derandomized")


def pytest_configure() -> None:
    """Let processes cache compiled modules: otherwise each one that a test starts compiles all of them."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let three of four workers start with the tests that mostly wait for other processes.

    Each worker gets one quarter of the tests; a worker that is done takes tests from the ends of the
    others' quarters. So some workers wait while others compute, and the short tests come last. Tests that
    share a bot stay together.
    """
    busy = [each for each in items if each.path.parent.name not in _WAITING]
    groups: dict[str, list[pytest.Item]] = {}
    for each in items:
        if each.path.parent.name in _WAITING:
            shares = isinstance(each, pytest.Function) and "shared_process" in each.fixturenames
            groups.setdefault(str(each.path) if shares else each.nodeid, []).append(each)
    quarter, ordered = len(items) // 4, list[pytest.Item]()
    for number in range(3):
        mine = [each for group in list(groups.values())[number::3] for each in group]
        between = max(0, quarter - len(mine))
        ordered += [*mine, *busy[:between]]
        busy = busy[between:]
    items[:] = [*ordered, *busy]


class _LogLines(logging.Handler):
    """Collects every line as the shipped formatters would write it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        gate = Redactor()
        self._formatters = (logs.ConsoleFormatter(gate), logs.JsonFormatter(gate))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += [formatter.format(record) for formatter in self._formatters]


@pytest.fixture(autouse=True)
def log_lines() -> Iterator[list[str]]:
    """Return the log's lines so far, at DEBUG; at the end, check that none has personal data."""
    kept, root = _LogLines(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    logs.limit_libraries()
    yield kept.lines
    root.removeHandler(kept)
    root.setLevel(level)
    assert telling(kept.lines) == []


@pytest.fixture
def logging_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Restore the logging configuration that `set_up` changes."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    for owner, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(owner, hook, getattr(owner, hook))
    yield
    logging.captureWarnings(capture=False)
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new database, to be copied: most tests begin with one, and the migrations take time."""

    async def make(path: Path) -> None:
        await (await SqliteDatabase.open(path)).close()

    path = tmp_path_factory.mktemp("new") / "alongside.db"
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        runner.run(make(path))
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    return path
