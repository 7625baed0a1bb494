"""Run the tests that may notice a mutant, until the first one fails."""

from __future__ import annotations

import sys

import pytest


class _Selection:
    """A pytest plugin that runs these tests alone, in this order."""

    def __init__(self, tests: list[str]) -> None:
        self._order = {test: number for number, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [each for each in items if each.nodeid in self._order]
        items[:] = sorted(chosen, key=lambda each: self._order[each.nodeid])


def run_tests(tests: list[str]) -> int:
    """Return pytest's exit code: 0 if each test passed."""
    sys.dont_write_bytecode = False
    files = list(dict.fromkeys(each.split("::")[0] for each in tests))
    options = ["-x", "-q", "--tb=line", "-p", "no:cacheprovider"]
    return int(pytest.main([*options, *files], [_Selection(tests)]))
