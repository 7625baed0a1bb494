"""Mutants: each kind of change is made, and the list of equivalent ones fits the code."""

from pathlib import Path

import pytest

from tests.mutants.covering import Covering
from tests.mutants.mutant import SCOPE, Readers, equivalent, mutants_of, sample
from tests.mutants.python_changes import python_changes
from tests.mutants.sql_changes import sql_changes

ROOT = Path(__file__).parents[2]
_SOME = ("bot/rooms/*.py", "bot/storage/queries/*.sql")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = a < b", ["x = (a <= b)"]),
        ("x = a is None", ["x = (a is not None)"]),
        ("x = a and b", ["x = (a or b)", "x = (a)", "x = (b)"]),
        ("x = f(not a)", ["x = f((a))"]),
        ("x = 2", ["x = 3", "x = 1"]),
        ("x = True", ["x = False"]),
        ("x = a + b", ["x = (a - b)"]),
        ("x = min(a)", ["x = max(a)"]),
        ("x = f(a, b)", ["x = f(b, a)"]),
        ("self.x = a", ["pass"]),
        ("f(a)", ["pass"]),
        ("raise E", ["pass"]),
        ("return f(a)", ["return None"]),
        ("return a < b", ["return not (a < b)", "return (a <= b)"]),
        ("x = [a for a in b if c]", ["x = [a for a in b if ((not (c)))]"]),
        ("log.info('a')", []),
        ("x: int = 'a'", []),
    ],
)
def test_a_statement_is_changed_in_every_way(line: str, expected: list[str]) -> None:
    source = f"def f():\n    {line}\n".encode()
    changed = [each.applied(source).decode().splitlines()[1].strip() for each in python_changes(source)]
    assert changed == expected


def test_a_condition_is_negated_and_what_it_guards_is_removed() -> None:
    source = b"def f():\n    if a:\n        g()\n    else:\n        h()\n"
    changed = [each.applied(source).decode() for each in python_changes(source)]
    assert [each.count("not (a)") for each in changed] == [1, 0, 0]
    assert ["g()" in each for each in changed] == [True, False, True]
    assert ["h()" in each for each in changed] == [True, True, False]


@pytest.mark.parametrize("head", ["if a:", "with a:", "try:\n        g()\n    except E:"])
def test_a_return_after_which_nothing_would_follow_anyway_is_left_alone(head: str) -> None:
    source = f"def f():\n    {head}\n        return\n"
    changed = [each.applied(source.encode()).decode() for each in python_changes(source.encode())]
    assert all("return" in each for each in changed)
    followed = f"{source}    h()\n".encode()
    assert any("return" not in each.applied(followed).decode() for each in python_changes(followed))


def test_a_constant_outside_functions_becomes_far_larger_and_smaller() -> None:
    changes = python_changes(b'"""A module with 3 words."""\n\nLIMIT = 50\n')
    assert [(each.after, each.names) for each in changes] == [("500", ("LIMIT",)), ("5", ("LIMIT",))]


def test_the_conditions_of_a_statement_are_changed_and_not_its_comments() -> None:
    statement = b"SELECT a FROM t WHERE a < :b\n    AND c IS NULL ORDER BY a;\n"
    source = b"-- a < b\n-- name: find_a(b)\n-- c < d\n" + statement
    changed = {each.applied(source).decode().split(":", 1)[1] for each in sql_changes(source)}
    assert len(changed) == 7
    assert all(each.startswith(" find_a(b)\n-- c < d\n") for each in changed)
    assert {each.names for each in sql_changes(source)} == {("find_a",)}


def test_a_sample_is_drawn_again_by_its_seed_and_takes_no_line_twice() -> None:
    drawn = sample(ROOT, 40, 3, _SOME)
    assert drawn == sample(ROOT, 40, 3, _SOME)
    assert drawn != sample(ROOT, 40, 4, _SOME)
    assert len({(each.path, each.line) for each in drawn}) == 40
    assert all(any(ROOT.glob(pattern)) for pattern in SCOPE)


def test_each_mutant_that_is_listed_as_equivalent_exists_and_has_a_reason() -> None:
    listed = equivalent()
    existing = {each.key() for path, _, _ in listed for each in mutants_of(ROOT, path)}
    assert set(listed) - existing == set()
    assert all(listed.values())


def test_a_test_that_looks_at_all_that_a_module_defines_may_notice_a_change_of_a_constant() -> None:
    (mutant, *_) = [each for each in mutants_of(ROOT, "cogs/rooms/routes.py") if each.change.names]
    looking, other = ("tests/rules/test_acting_once.py::test_all", "tests/rules/test_clock.py::test_it")
    covering = Covering({looking: 1.0, other: 1.0}, {})
    assert Readers(ROOT).tests(mutant, covering) == {looking}
