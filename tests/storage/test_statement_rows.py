"""Each statement reads or changes exactly the rows that it should, among made-up rows of several members.

The rows and the given values come from small sets of values, so that most conditions are met about as often
as not: a condition that is missing, turned around or off by one shows.
"""

from __future__ import annotations

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from bot.storage.statements import statement_texts
from tests.storage.scratch import REAL
from tests.storage.statement_meanings import KINDS, LATEST, MEANINGS, Case, Meaning, Row, shard_range_of
from tests.storage.test_statements import scripts

_CALLS = 30  # with each of the databases
_ROWS = (3, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36, 48)  # of each table at most, in each of the databases
_LARGEST = 6
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)")
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE) (\w+)")
_VALUES: dict[str, tuple[Any, ...]] = {
    "guild_id": (1, 2 << 22, 3 << 22),  # in different ranges of shards
    "shard_count": (3,),
    "shards_per_range": (1, 2),
    "shard_range": (0, 1, 2),
    "only_row": (1,),
    "member_id": (1, 2, 3),
    "kind": KINDS,
    "purpose": ("show_name", "checkins", "weekly_counts", "room_notices"),
    "visibility": ("named", "counted", "hidden"),
    "key": (
        *("card:1", "card:2", "channel_checkin:1"),
        *(f"{kind}:{number}" for kind in ("checkin", "notice") for number in range(1, 5)),
    ),
    "under_way": (",", ",checkin:1,open_dm:3,", f",{','.join(f'{each}:2' for each in KINDS)},"),
    "due_at": (-1, 0, 1, 2, 3, LATEST, LATEST + 1),
    "occurs_at": (-1, 0, 1, 2, 3, LATEST, LATEST + 1),
    "leaves_at": (None, -1, 0, 1, 2, 3, LATEST, LATEST + 1),
    "removed_at": (None, None, -1, 0, LATEST, LATEST + 1),
    "claims": (0, 1, 2),
    "dm_channel_id": (0, 1, 2),
    "lease_until": (4, 5),
    "capacity": (0, 1, 2),
    "shown_revision": (0, 1, 2),
    "most": (1, 2, 100, 100),
    "bot_made_voice": (0, 1),
    "has_events": (0, 1),
}
_ELSEWHERE = {
    "request_vacuum",
    "pending_vacuum",
    "note_vacuum",
}  # count in texts: tests/storage/test_vacuum.py

_SILENT = {name for name, text in scripts().items() if text.splitlines()[0].endswith("!")}  # return no rows


def statement_names() -> list[str]:
    return sorted({each.removesuffix("_cursor") for each in statement_texts()} - _ELSEWHERE)


class Tables:
    """A database in memory without foreign keys and triggers, filled with made-up rows."""

    def __init__(self, most: int) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        for script in sorted(REAL.glob("*.sql")):
            self.connection.executescript(script.read_text(encoding="utf-8"))
        found = self.connection.execute("SELECT type, name FROM sqlite_master").fetchall()
        for kind, name in found:
            if kind == "trigger":
                self.connection.execute(f"DROP TRIGGER {name}")
        self.names = [name for kind, name in found if kind == "table" and not name.startswith("sqlite_")]
        self.columns = {
            name: list(self.connection.execute(f"PRAGMA table_info({name})")) for name in self.names
        }
        self.keys = {each["name"] for table in self.columns.values() for each in table if each["pk"]}
        for table in self.names:
            self._fill(table, most)

    def _fill(self, table: str, most: int) -> None:
        draw = random.Random(f"{table} {most}")
        columns = self.columns[table]
        command = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' for _ in columns)})"  # noqa: S608 - a name of the schema
        for _ in range(most):
            self.connection.execute(command, [draw.choice(self.values_of(each)) for each in columns])

    def rows(self) -> dict[str, list[Row]]:
        return {table: self.rows_of(table) for table in self.names}

    def rows_of(self, table: str) -> list[Row]:
        return [dict(each) for each in self.connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - the same

    def own_id(self, table: str) -> str:
        """Return the column that SQLite numbers, if the table has one."""
        keys = [each for each in self.columns[table] if each["pk"]]
        is_number = len(keys) == 1 and keys[0]["type"] == "INTEGER" and keys[0]["name"] != "guild_id"
        return str(keys[0]["name"]) if is_number and table != "native_event" else ""

    def values_of(self, column: sqlite3.Row) -> tuple[Any, ...]:
        """Return the values that a column gets in made-up rows."""
        name, is_text = column["name"], column["type"] == "TEXT"
        numbers = tuple(range(1, _LARGEST + 1 if name in self.keys else 4))
        usual = ("a", "b", "c") if is_text else numbers
        return _VALUES.get(name, usual if column["notnull"] or column["pk"] else (*usual, None))


def calls(name: str, tables: Tables) -> Iterator[Row]:
    """Yield values for the parameters of a statement: those of the rows, and some that no row has."""
    draw = random.Random(name)
    parameters = sorted(set(_PARAMETER.findall(statement_texts()[name])))
    ordered = sorted(tables.names, key=lambda each: each == table_of(name))
    columns = {each["name"]: each for table in ordered for each in tables.columns[table]}
    choices = {each: _VALUES.get(each, tuple(range(_LARGEST))) for each in parameters}
    for each in choices.keys() & columns.keys():
        choices[each] = tables.values_of(columns[each])
        if each in tables.keys and columns[each]["type"] == "INTEGER":
            choices[each] += (max(filter(None, choices[each])) + 1,)
    if "guild_id" in choices and name.startswith(("export_", "erase_")):
        choices["guild_id"] += (None,)
    for _ in range(_CALLS):
        yield {each: draw.choice(values) for each, values in choices.items()}


def table_of(name: str) -> str:
    """Return the table whose rows a statement reads or changes."""
    found = _TABLE.search(re.sub(r"--.*", "", statement_texts()[name]))
    assert found is not None
    return MEANINGS.get(name, Meaning()).table or found[1]


@pytest.fixture(scope="module")
def databases() -> Iterator[list[Tables]]:
    made = [Tables(most) for most in _ROWS]
    yield made
    for each in made:
        each.connection.close()


@pytest.mark.parametrize("name", statement_names())
def test_a_statement_reads_and_changes_the_rows_it_should(name: str, databases: list[Tables]) -> None:
    assert sum(_touching_calls(name, each) for each in databases), "no call met the statement's conditions"


def _touching_calls(name: str, tables: Tables) -> int:
    """Check a statement with one database; return how many calls read or changed a row."""
    before = tables.rows()
    touched = 0
    for given in calls(name, tables):
        expectation = _Expectation(name, given, before, tables)
        written = tables.connection.total_changes
        tables.connection.execute("BEGIN")
        try:
            result = [dict(each) for each in tables.connection.execute(statement_texts()[name], given)]
            has_written = tables.connection.total_changes > written
            after = tables.rows_of(expectation.table) if expectation.table else []
        except sqlite3.IntegrityError:
            continue  # the schema refuses what is given, for example the name of another room
        finally:
            tables.connection.execute("ROLLBACK")
        expectation.check_result(result)
        expectation.check_rows(after)
        touched += bool(result) or has_written
    return touched


def test_every_meaning_is_of_a_statement() -> None:
    assert set(MEANINGS) <= set(statement_names())


class _Expectation:
    """What one call of a statement reads and changes."""

    def __init__(self, name: str, given: Row, before: dict[str, list[Row]], tables: Tables) -> None:
        self.given = given
        self.before = before
        self.meaning = MEANINGS.get(name, Meaning())
        self.verb = re.sub(r"--.*", "", statement_texts()[name]).split(maxsplit=1)[0]
        self.table = "" if self.meaning.result and not self.meaning.leaves else table_of(name)
        self.is_silent = name in _SILENT
        self.own_id = tables.own_id(self.table) if self.table else ""
        columns = {each["name"] for each in tables.columns[self.table]} if self.table else set[str]()
        own = {each["name"] for each in tables.columns.get(self.table, ()) if each["pk"]}
        ids = {each for each in tables.keys if each.endswith("_id")}
        usual = (own | ids | {"guild_id"}) & set(given) & columns
        self.keys = usual if self.meaning.keys is None else set(self.meaning.keys)
        self.written = {each: given[each] for each in given if each in columns and each not in self.keys}
        self.columns = columns

    def case(self, row: Row) -> Case:
        return Case(row, self.given, self.before)

    def is_meant(self, row: Row) -> bool:
        has_keys = all(row[key] == self.given[key] is not None for key in self.keys)
        return has_keys and bool(self.meaning.where(self.case(row)))

    def meant(self) -> list[Row]:
        return [each for each in self.before[self.table] if self.is_meant(each)] if self.table else []

    def changed(self, row: Row) -> Row:
        """Return a row as an UPDATE leaves it."""
        further = {name: rule(self.case(row)) for name, rule in self.meaning.sets.items()}
        return {**row, **self.written, **further}

    def inserted(self) -> tuple[Row | None, Row | None]:
        """Return the row that an INSERT meets, and the one that it leaves in its place or adds."""
        of_key = self.meaning.conflict
        met = next(
            (
                each
                for each in self.before[self.table]
                if of_key and all(each[k] == self.given[k] for k in of_key)
            ),
            None,
        )
        written = self.meaning.into | {
            each: self.given[each] for each in self.given if each in self.columns
        }
        if met is None:
            new = {**dict.fromkeys(self.columns), **written}
            if self.table == "due":
                new["due_at"] = self.given["occurs_at"]
                new["shard_range"] = shard_range_of(self.given["guild_id"], self.before)
            is_added = self.meaning.keeps is not None or self.meaning.where(self.case(new))
            return None, new if is_added else None
        if self.meaning.keeps is None or not self.meaning.where(self.case(met)):
            return met, met
        further = {name: rule(self.case(met)) for name, rule in self.meaning.sets.items()}
        stays = {each: met[each] for each in self.meaning.keeps}
        return met, {**met, **written, **stays, **further}

    def expected_rows(self) -> list[Row]:
        rows = self.before[self.table]
        if self.meaning.leaves is not None:
            return list(self.meaning.leaves(self.given, self.before))
        if self.verb == "INSERT":
            met, left = self.inserted()
            return [each for each in rows if each is not met] + ([left] if left else [])
        if self.verb == "UPDATE":
            return [self.changed(each) if self.is_meant(each) else each for each in rows]
        return [each for each in rows if self.verb != "DELETE" or not self.is_meant(each)]

    def check_rows(self, after: list[Row]) -> None:
        """Check the rows of the table, the only one that a statement can write to without triggers."""
        if self.table and self.verb not in {"SELECT", "WITH"}:
            expected = self.expected_rows()
            hidden = {self.own_id} if len(expected) > len(self.before[self.table]) else set[str]()
            assert _counted(after, hidden) == _counted(expected, hidden), self.given

    def expected_result(self) -> list[Row]:
        if self.meaning.result is not None:
            return list(self.meaning.result(self.given, self.before))
        if self.meaning.count:
            return [{"": len(self.meant())}]
        if self.verb == "INSERT":
            met, left = self.inserted()
            return [left] if left and left is not met else []
        found = []
        for each in self.meant():
            row = self.changed(each) if self.verb == "UPDATE" else each
            found.append(row | {name: rule(self.case(each)) for name, rule in self.meaning.shows.items()})
        return sorted(found, key=lambda row: [row[each] for each in self.meaning.order])

    def check_result(self, result: list[Row]) -> None:
        if self.is_silent:
            assert result == []
            return
        expected = self.expected_result()
        if self.meaning.count:
            assert [list(each.values()) for each in result] == [list(each.values()) for each in expected]
            return
        shown = list(result[0]) if result else sorted(self.columns)
        most = self.meaning.most or self.given.get("most", len(expected))
        hidden = {self.own_id} if self.verb == "INSERT" else set[str]()
        cut = [{each: row[each] for each in shown} for row in expected]
        if most < len(cut) and not self.meaning.order:
            assert len(result) == most
            assert not _counted(result, hidden) - _counted(cut, hidden)
            return
        assert _counted(result, hidden) == _counted(cut[:most], hidden), self.given
        ordered = [tuple(row[each] for each in self.meaning.order if each in row) for row in result]
        assert ordered == sorted(ordered)


def _counted(rows: list[Row], hidden: set[str]) -> Counter[tuple[tuple[str, Any], ...]]:
    return Counter(tuple(sorted((k, v) for k, v in row.items() if k not in hidden)) for row in rows)
