"""Small deliberate changes to Python source, one at a time."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
_LOGGERS = ("log", "_log", "logger", "report", "warnings")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what stands at the bytes from `start` to `end` becomes `after`."""

    start: int
    end: int
    before: str
    after: str
    lines: tuple[int, ...]  # a test that runs one of these lines may notice
    names: tuple[str, ...] = ()  # outside functions: a test that runs a line with such a name may notice

    def applied(self, source: bytes) -> bytes:
        """Return the source with the change."""
        return source[: self.start] + self.after.encode() + source[self.end :]


class _Source:
    """Source text, its tree, and where each node begins and ends."""

    def __init__(self, source: bytes) -> None:
        self.text = source
        self.tree = ast.parse(source)
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset


def python_changes(source: bytes) -> list[Change]:
    """Return every change that is made to this source, in the order of the source."""
    found = _Source(source)
    changes: list[Change] = []
    functions = [each for each in ast.walk(found.tree) if isinstance(each, _FUNCTIONS)]
    last = {id(end) for each in functions for end in _ends(each.body)}
    for statement, names in _statements(found.tree.body, ()):
        if not (id(statement) in last and _returns_nothing(statement)):  # it does so without it, too
            changes += _changes_in(found, statement, names)
    return changes


def _ends(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the last statements of a function, those at the ends of its blocks too."""
    match body[-1:]:
        case [ast.If(body=first, orelse=second)]:
            blocks = [first, second]
        case [ast.Try(body=first, handlers=handlers, orelse=second, finalbody=[])]:
            blocks = [second or first, *(each.body for each in handlers)]
        case [ast.With(body=first) | ast.AsyncWith(body=first)]:
            blocks = [first]
        case _:
            blocks = []
    yield from body[-1:]
    for each in blocks:
        yield from _ends(each)


def _statements(
    body: list[ast.stmt], names: tuple[str, ...]
) -> Iterator[tuple[ast.stmt, tuple[str, ...] | None]]:
    """Yield each statement; outside functions with the names that it defines, inside with None."""
    for each in body:
        if isinstance(each, _FUNCTIONS):
            yield from ((inner, None) for inner in _inside(each.body))
        elif isinstance(each, ast.ClassDef):
            if not any(isinstance(base, ast.Name) and base.id == "Protocol" for base in each.bases):
                yield from _statements(each.body, (each.name,))
        elif isinstance(each, ast.Assign | ast.AnnAssign) and not _is_alias(each):
            targets = each.targets if isinstance(each, ast.Assign) else [each.target]
            named = [node for target in targets for node in ast.walk(target)]
            own = tuple(node.id for node in named if isinstance(node, ast.Name))
            yield each, (*own, *names)


def _inside(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a function, those of nested blocks and functions too."""
    for each in body:
        yield each
        for child in ast.iter_child_nodes(each):
            if isinstance(child, ast.stmt):
                yield from _inside([child])
            elif isinstance(child, ast.ExceptHandler | ast.match_case):
                yield from _inside(child.body)


def _is_alias(node: ast.Assign | ast.AnnAssign) -> bool:
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias"
    return (
        isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id in {"TypeVar", "NewType"}
    )


def _changes_in(source: _Source, statement: ast.stmt, names: tuple[str, ...] | None) -> Iterator[Change]:
    own = _own_parts(statement)
    first = statement.lineno
    last = max((part.end_lineno or first for part in own), default=first)
    if isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign | ast.Return | ast.Raise):
        last = statement.end_lineno or first
    if _is_log(statement) or _is_text(statement):
        return
    lines = tuple(range(first, last + 1)) if names is None else ()
    pairs: list[tuple[ast.expr | ast.stmt, str]] = []
    if names is None:
        pairs += [(statement, after) for after in _statement_changes(statement)]
    for part in own:
        for node in _expressions(part):
            found = _numbers(node, far=names is not None) or _expression_changes(node)
            pairs += [(node, ast.unparse(after)) for after in found]
    for test in _tests(statement):
        if not isinstance(test, ast.UnaryOp | ast.Compare | ast.Constant):
            pairs.append((test, f"(not ({ast.unparse(test)}))"))
    for changed, after in pairs:
        start, end = source.span(changed)
        before = source.text[start:end].decode()
        is_plain = isinstance(changed, ast.stmt | ast.Constant | ast.Call)
        yield Change(start, end, before, after if is_plain else f"({after})", lines, names or ())


def _own_parts(statement: ast.stmt) -> list[ast.expr]:
    """Return the expressions that belong to the statement itself, not to the statements inside it."""
    if isinstance(statement, ast.AnnAssign):
        return [statement.value] if statement.value is not None else []
    if isinstance(statement, _FUNCTIONS):
        return []
    parts = [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.expr)]
    if isinstance(statement, ast.With | ast.AsyncWith):
        parts += [item.context_expr for item in statement.items]
    if isinstance(statement, ast.Match):
        parts += [case.guard for case in statement.cases if case.guard is not None]
    return parts


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """Yield an expression and those inside it, without the parts of f-strings."""
    if isinstance(node, ast.JoinedStr):
        return
    if isinstance(node, ast.expr):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _expressions(child)


def _tests(statement: ast.stmt) -> list[ast.expr]:
    found: list[ast.expr] = [statement.test] if isinstance(statement, ast.If | ast.While) else []
    for part in _own_parts(statement):
        for node in ast.walk(part):
            if isinstance(node, ast.IfExp):
                found.append(node.test)
            elif isinstance(node, ast.comprehension):
                found += node.ifs
    return found


def _is_log(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    function = statement.value.func
    root = function.value if isinstance(function, ast.Attribute) else function
    return isinstance(root, ast.Name) and root.id in _LOGGERS


def _is_text(statement: ast.stmt) -> bool:
    """Return whether the statement is a docstring or `...`."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _returns_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Return) and (
        statement.value is None
        or (isinstance(statement.value, ast.Constant) and statement.value.value is None)
    )


def _statement_changes(statement: ast.stmt) -> list[str]:
    """Return what the whole statement becomes."""
    match statement:
        case ast.Expr() | ast.Raise() | ast.AugAssign() | ast.Continue() | ast.Break() | ast.Delete():
            return ["pass"]
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            return ["pass"]
        case ast.Return(value=ast.Constant(value=None)) | ast.Return(value=None):
            return ["pass"]
        case ast.Return(value=ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()) as value):
            return [f"return not ({ast.unparse(value)})"]
        case ast.Return():
            return ["return None"]
    return []


def _expression_changes(node: ast.expr) -> list[ast.expr]:  # noqa: PLR0911 - one line a kind of expression
    """Return what the expression becomes."""
    match node:
        case ast.Compare(ops=ops):
            return [
                _with(node, ops=[*ops[:at], _COMPARISONS[type(op)](), *ops[at + 1 :]])
                for at, op in enumerate(ops)
            ]
        case ast.BoolOp(op=op, values=values):
            other = ast.Or() if isinstance(op, ast.And) else ast.And()
            return [_with(node, op=other), *values]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return [operand]
        case ast.BinOp(op=op) if type(op) in _OPERATORS:
            return [_with(node, op=_OPERATORS[type(op)]())]
        case ast.Constant(value=bool() as value):
            return [ast.Constant(not value)]
        case ast.Call(func=ast.Name(id=name)) if name in _NAMES:
            return [_with(node, func=ast.Name(_NAMES[name]))]
        case ast.Call(args=[first, second, *rest]) if not _is_plain(node) and ast.dump(first) != ast.dump(
            second
        ):
            return [_with(node, args=[second, first, *rest])]
    return []


def _numbers(node: ast.expr, *, far: bool) -> list[ast.expr]:
    """Return what a number becomes: its neighbours, or, for a named constant, something far from it."""
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return []
    if far and value:
        return [ast.Constant(value * 10), ast.Constant(value // 10)]
    return [ast.Constant(value + 1), *([ast.Constant(value - 1)] if value > 0 else [])]


def _is_plain(call: ast.Call) -> bool:
    """Return whether swapping the first two arguments makes no sense."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name in {"isinstance", "cast", "getattr"} or any(
        isinstance(each, ast.Starred) for each in call.args[:2]
    )


def _with(node: ast.expr, **fields: object) -> ast.expr:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed
