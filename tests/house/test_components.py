"""Every button, select and form comes from a route: no other code in the cogs makes a custom id."""

import ast
from collections.abc import Iterator
from pathlib import Path

import cogs

ROOT = Path(cogs.__file__).parent
MAKERS = {"cogs/ui/panels.py", "cogs/ui/forms.py"}  # their functions take a `CustomId`, as mypy checks
ITEMS = {"Button", "Select", "ChannelSelect", "RoleSelect", "UserSelect", "MentionableSelect", "Modal"}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call in the cogs, with its module."""
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield str(file.relative_to(ROOT.parent)), node


def name_of(call: ast.Call) -> str:
    """Return the name of the called function, without what is before its last dot."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_each_kind_of_component_is_made_in_one_module() -> None:
    made = {where for where, call in calls() if name_of(call) in ITEMS}
    assert made == MAKERS
    given = {where for where, call in calls() if "custom_id" in {each.arg for each in call.keywords}}
    assert given == MAKERS


def test_custom_ids_are_made_by_routes_alone() -> None:
    assert {where for where, call in calls() if name_of(call) == "CustomId"} == {"cogs/ui/routes.py"}


def test_routes_are_declared_in_the_tables_alone() -> None:
    declared = {where for where, call in calls() if name_of(call) == "Route"}
    subjects = {f"cogs/{name}/routes.py" for name in ("rooms", "checkins", "privacy", "servers")}
    assert declared == {*subjects, "cogs/ui/links.py"}
