"""The statements: each fits the schema, is used, and uses only SQL that PostgreSQL also understands."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.app.compose import SAVED_MODELS
from bot.privacy.personal_data import PERSONAL
from bot.storage import database as module
from bot.storage.database import Database
from bot.storage.sqlite.unit import ThreadConnection
from bot.storage.statements import statement_texts
from bot.storage.table_statements import GUILD_TABLES, table_statements

_BOT = Path(bot.__file__).parent
_QUERIES = Path(module.__file__).parent / "queries"
_HEADER = re.compile(r"^-- name: (?P<name>\w+)\((?P<given>[\w, ]*)\)(?P<kind>!?)$", re.MULTILINE)
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")
_RUNNERS = {"rows": 0, "value": 0, "run": 0, "all": 1, "one": 1, "_change": 2}  # the last of Rooms
_SQLITE_ONLY = (
    r"\b(INSERT|UPDATE)\s+OR\b",
    r"\bREPLACE\b",
    r"\bAUTOINCREMENT\b",
    r"\b(_?ROWID_?|OID)\b",
    r"\bPRAGMA\b",
    r"\b(STRFTIME|DATETIME|JULIANDAY|UNIXEPOCH|DATE|TIME)\s*\(",
    r"\b(IFNULL|IIF|TYPEOF|CHANGES|LAST_INSERT_ROWID|GROUP_CONCAT|PRINTF|INSTR|HEX|JSON_\w+)\s*\(",
    r"\b(GLOB|REGEXP|MATCH|COLLATE|INDEXED)\b",
    r"\bIS\s+(NOT\s+)?[:\d]",
    r"\b(MIN|MAX)\s*\([^)]*,",
    r"==|\?|`|\[|@|\$\w|\"",
    r"\bLIMIT\s+\S+\s*,|\bLIMIT\s+-",
)


def script_texts() -> list[str]:
    """Return the texts that contain statements: the files, and the generated statements of many tables."""
    files = sorted(_QUERIES.glob("*.sql"))
    return [*(file.read_text(encoding="utf-8") for file in files), table_statements()]


def scripts() -> dict[str, str]:
    """Return the text of each statement with its header, by name."""
    found: dict[str, str] = {}
    for text in script_texts():
        headers = list(_HEADER.finditer(text))
        for header, following in zip(headers, [*headers[1:], None], strict=True):
            assert header["name"] not in found, f"{header['name']} is there twice"
            found[header["name"]] = text[header.start() : following.start() if following else len(text)]
    return found


def plain(script: str) -> str:
    """Return a script without its comments."""
    return re.sub(r"--.*", "", script)


def breaches(script: str) -> list[str]:
    """Return the parts of a statement that only one of the two engines understands, and bad names."""
    found = [pattern for pattern in _SQLITE_ONLY if re.search(pattern, plain(script), re.IGNORECASE)]
    header = _HEADER.search(script)
    declared = {each for each in re.split(r"[,\s]+", header["given"]) if each} if header else set()
    if declared != set(_PARAMETER.findall(plain(script))):
        found.append("declares other parameters than it uses")
    if plain(script).count(";") != 1 or not plain(script).strip().endswith(";"):
        found.append("is not one statement")
    return found


def calls() -> Iterator[tuple[str, str, set[str] | None]]:
    """Yield each use of a statement in code: where, its name, and its values' names (None if unknown)."""
    for file in sorted(_BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            index = _RUNNERS.get(node.func.attr)
            if index is None or len(node.args) <= index:
                continue
            name = node.args[index]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                given = {each.arg for each in node.keywords if each.arg is not None}
                if node.func.attr == "_change":
                    given = given - {"is_in_events"} | {"room_id"}
                told = None if any(each.arg is None for each in node.keywords) else given
                yield f"{file.name}:{node.lineno}", name.value, told


def test_every_statement_is_loaded_by_its_name() -> None:
    assert {name.removesuffix("_cursor") for name in statement_texts()} == set(scripts())
    headers = sum(text.count("-- name:") for text in script_texts())
    assert headers == len(scripts())


@pytest.mark.parametrize("name", sorted(scripts()))
async def test_a_statement_fits_the_schema(
    name: str, database: Database, connections: list[ThreadConnection]
) -> None:
    assert database is not None
    values = dict.fromkeys(_PARAMETER.findall(statement_texts()[name]))
    await connections[0].execute_fetchall(f"EXPLAIN {statement_texts()[name]}", values)


@pytest.mark.parametrize("name", sorted(scripts()))
def test_a_statement_uses_only_sql_that_both_engines_share(name: str) -> None:
    assert breaches(scripts()[name]) == []


@pytest.mark.parametrize(
    "body",
    [
        "INSERT OR IGNORE INTO a VALUES (:b);",
        "SELECT rowid FROM a WHERE b = :b;",
        "SELECT IFNULL(b, 1) FROM a WHERE b = :b;",
        "SELECT strftime('%s') FROM a WHERE b = :b;",
        "SELECT b FROM a WHERE b IS :b;",
        "SELECT b FROM a WHERE b GLOB :b;",
        "SELECT MAX(b, 1) FROM a WHERE b = :b;",
        "SELECT b FROM a WHERE b = ?;",
        "SELECT b FROM a WHERE b = :c;",
        "SELECT b FROM a;",
        "SELECT b FROM a WHERE b = :b",
        "SELECT b FROM a WHERE b = :b; DELETE FROM a;",
    ],
)
def test_the_check_finds_sql_that_the_engines_do_not_share(body: str) -> None:
    assert breaches(f"-- name: x(b)\n{body}\n") != []


def test_the_check_passes_sql_that_the_engines_share() -> None:
    assert breaches('-- name: x(b)\n-- It\'s "fine"?\nSELECT MIN(b) AS b FROM a WHERE b = :b;\n') == []


def test_every_statement_that_the_code_runs_exists_and_gets_its_values() -> None:
    wrong = []
    for where, name, given in calls():
        script = scripts().get(name)
        if script is None:
            wrong.append(f"{where}: there is no {name}")
        elif given is not None and given != set(_PARAMETER.findall(plain(script))):
            wrong.append(f"{where}: {name} gets other values than it takes")
    assert wrong == []
    assert len(list(calls())) > 40  # the search itself finds them


def test_every_statement_is_used() -> None:
    families = {f"{verb}_{each.table}" for verb in ("export", "forget") for each in PERSONAL}
    families |= {statement for each in PERSONAL for statement in each.erasing(None)}
    families |= {f"forget_{table}" for table in GUILD_TABLES}
    families |= {f"saved_{table}" for table in SAVED_MODELS}
    assert families <= set(scripts())
    assert set(scripts()) == families | {name for _, name, _ in calls()}


def test_only_the_storage_holds_sql() -> None:
    speaks = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|PRAGMA)\b")
    roots = [_BOT, _BOT.parent / "cogs"]
    files = [
        file
        for root in roots
        for file in root.rglob("*.py")
        if "storage" not in file.relative_to(root).parts
    ]
    assert files
    assert [file.name for file in files if speaks.search(file.read_text(encoding="utf-8"))] == []
