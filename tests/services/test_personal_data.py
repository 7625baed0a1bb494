"""Exports and erasures cover every row about a member and no row about anyone else."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.privacy.erasure import erase_rows, tables_of
from bot.privacy.export import export_rows
from bot.privacy.personal_data import NOT_PERSONAL, PERSONAL
from bot.services import Services
from bot.storage.database import Statements
from bot.storage.record import Stored
from bot.storage.statements import statement_texts
from tests.storage.members import ANN, BEN, HERE, THERE, rooms_in_both, settle
from tests.storage.scratch import query

Rows = set[tuple[object, ...]]

# In plain SQL, apart from the statements that are tried: the rows about a member.
_ABOUT = "SELECT {columns} FROM {table} WHERE member_id = ?"
_DUE_ABOUT = "SELECT {columns} FROM due WHERE kind || ':' || subject_id IN ({own})"
_OUTBOX_ABOUT = "SELECT {columns} FROM outbox WHERE key IN ({own})"
_OWN = "SELECT '{kind}:' || {table}_id FROM {table} WHERE member_id = {member_id}{where}"
_DUE = {
    Purpose.CHECKINS: [("checkin", "cadence"), ("open_dm", "cadence")],
    Purpose.ROOM_NOTICES: [("room_notice", "room_notice"), ("open_notice_dm", "notice_settings")],
}
_KEYS = {Purpose.CHECKINS: [("checkin", "cadence")], Purpose.ROOM_NOTICES: [("notice", "room_notice")]}
_COUNTS = {"erasures replayed", "vacuums requested", "vacuums done"}


@pytest.fixture
async def filled(services: Services) -> Services:
    for room in await rooms_in_both(services):
        for member_id in (ANN, BEN):
            await settle(services, member_id, room)
    return services


def about(
    path: Path,
    table: str,
    columns: list[str],
    member_id: int,
    guild_id: int | None,
    purpose: Purpose | None = None,
) -> Rows:
    """Return the rows of a table about a member, in one server or in all, for one purpose or for all."""
    where = "" if guild_id is None else f" AND guild_id = {guild_id}"
    names = ", ".join(columns)
    for shared, about_it, kinds in (("due", _DUE_ABOUT, _DUE), ("outbox", _OUTBOX_ABOUT, _KEYS)):
        if table == shared:
            own = " UNION ".join(
                _OWN.format(kind=kind, table=owner, member_id=member_id, where=where)
                for each in kinds
                if purpose in (None, each)
                for kind, owner in kinds[each]
            )
            return set(query(path, about_it.format(columns=names, own=own)))
    return set(query(path, _ABOUT.format(columns=names, table=table) + where, member_id))


def everything(path: Path) -> dict[str, Rows]:
    """Return all rows of all tables."""
    tables = [*(each.table for each in PERSONAL), *NOT_PERSONAL]
    found = {table: set(query(path, f"SELECT * FROM {table}")) for table in tables}  # noqa: S608 - our own names
    found["deployment"] = {row for row in found["deployment"] if row[0] not in _COUNTS}
    return found


def rows_not_about(
    path: Path, member_id: int, guild_id: int | None, purpose: Purpose | None = None
) -> dict[str, Rows]:
    """Return all rows but those about a member (of one purpose)."""
    left = everything(path)
    for each in PERSONAL:
        if purpose is None or purpose in each.purposes:
            left[each.table] -= about(path, each.table, ["*"], member_id, guild_id, purpose)
    return left


async def test_the_services_fill_every_personal_table(filled: Services, path: Path) -> None:
    assert filled is not None
    for each in PERSONAL:
        for member_id in (ANN, BEN):
            for guild_id in (HERE, THERE):
                assert about(path, each.table, ["*"], member_id, guild_id), each.table


async def exported_of(services: Services, guild_id: int | None) -> dict[str, list[dict[str, Stored]]]:
    return await services.database.read(lambda statements: export_rows(statements, ANN, guild_id))


@pytest.mark.parametrize("guild_id", [HERE, THERE, None])
async def test_export_gives_exactly_the_rows_about_a_member(
    guild_id: int | None, filled: Services, path: Path
) -> None:
    exported = await exported_of(filled, guild_id)
    assert list(exported) == [each.table for each in PERSONAL]
    for each in PERSONAL:
        columns = [column for column in each.columns if column != "member_id"]  # the same in every row
        rows = exported[each.table]
        assert all(set(row) == set(columns) for row in rows)
        exported_rows = [tuple(row[column] for column in columns) for row in rows]
        assert len(exported_rows) == len(set(exported_rows))
        assert set(exported_rows) == about(path, each.table, columns, ANN, guild_id)


@pytest.mark.parametrize("guild_id", [HERE, THERE, None])
async def test_erasing_takes_exactly_the_rows_about_a_member(
    guild_id: int | None, filled: Services, path: Path
) -> None:
    expected = rows_not_about(path, ANN, guild_id)
    before = sum(map(len, everything(path).values()))
    count = await filled.erasure.erase_member(ANN, guild_id)
    assert count == before - sum(map(len, expected.values())) > 0
    found = everything(path)
    cards = [{row[:-2] for row in each.pop("card")} for each in (found, expected)]
    assert cards[0] == cards[1]  # except for the number of changes that the card has to show
    assert found == expected
    assert all(not rows for rows in (await exported_of(filled, guild_id)).values())


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_erasing_for_one_purpose_deletes_only_its_data(
    purpose: Purpose, filled: Services, path: Path
) -> None:
    expected = rows_not_about(path, ANN, HERE, purpose)
    await filled.database.write(
        lambda statements: erase_rows(statements, tables_of(purpose), ANN, HERE, purpose)
    )
    assert everything(path) == expected


async def test_erasing_twice_finds_nothing_the_second_time(filled: Services) -> None:
    assert await filled.erasure.erase_member(ANN, None) > 0
    assert await filled.erasure.erase_member(ANN, None) == 0


async def test_due_rows_are_deleted_with_their_check_ins(filled: Services, path: Path) -> None:
    await filled.erasure.erase_member(ANN, None)
    due = {row[0] for row in query(path, "SELECT subject_id FROM due WHERE kind = 'checkin'")}
    assert due == {row[0] for row in query(path, "SELECT cadence_id FROM cadence")}


async def test_the_export_is_json_whose_values_every_reader_reads_exactly(filled: Services) -> None:
    document: dict[str, Any] = json.loads(await filled.member_data.export(ANN, None))
    assert document["format"] == "alongside-export"
    assert document["version"] == 2
    assert document["member_id"] == str(ANN)
    assert set(document["tables"]) == set(document["meanings"]) == {each.table for each in PERSONAL}
    numbers = [
        value
        for rows in document["tables"].values()
        for row in rows
        for value in row.values()
        if isinstance(value, int)
    ]
    assert numbers
    assert max(numbers) < 2**53  # the largest integer that JavaScript reads exactly
    assert {row["guild_id"] for row in document["tables"]["cadence"]} == {str(HERE), str(THERE)}
    assert str(BEN) not in json.dumps(document)


@pytest.mark.parametrize("guild_id", [HERE, None])
async def test_an_export_says_whose_it_is_and_of_which_server(
    filled: Services, guild_id: int | None
) -> None:
    document = json.loads(await filled.member_data.export(ANN, guild_id))
    assert document["member_id"] == str(ANN)
    assert document["guild_id"] == (None if guild_id is None else str(guild_id))
    assert document["exported_at"] == filled.clock.now().isoformat(timespec="seconds")


async def test_the_texts_in_an_export_can_be_read_without_a_program(filled: Services) -> None:
    exported = (await filled.member_data.export(ANN, None, "de")).decode()
    assert "ä" in exported
    assert "\\u" not in exported


async def test_a_member_about_whom_nothing_is_saved_gets_an_empty_export(filled: Services) -> None:
    found = await filled.member_data.rows(3, None)
    assert [each.rows for each in found] == [[] for _ in PERSONAL]


SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "export.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("member_id", [ANN, 3])
async def test_an_export_has_the_shape_that_is_written_down(member_id: int, filled: Services) -> None:
    document = json.loads(await filled.member_data.export(member_id, HERE))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert set(document) == set(SCHEMA["properties"])
    for table, rows in document["tables"].items():
        assert all(set(row) | {"member_id"} >= set(document["meanings"][table]) for row in rows)


async def test_an_export_holds_the_texts_that_were_agreed_to(filled: Services) -> None:
    document = json.loads(await filled.member_data.export(ANN, None))
    agreed = {(each["purpose"], each["version"]): each["text"] for each in document["consent_texts"]}
    assert set(agreed) == set(VERSIONS.items())
    assert agreed["show_name", VERSIONS[Purpose.SHOW_NAME]].startswith("**Your name on cards.**")


@pytest.mark.parametrize(
    "change", [{"version": 1}, {"mood": "fine"}, {"member_id": 5}, {"consent_texts": [{"purpose": "x"}]}]
)
async def test_a_document_of_another_shape_is_rejected(change: dict[str, object], filled: Services) -> None:
    document = json.loads(await filled.member_data.export(ANN, None))
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document | change)


async def test_every_member_about_whom_something_is_saved_is_found_in_pages(filled: Services) -> None:
    """Erasures in a restored backup depend on it to find a member in every table."""
    statement = statement_texts()["members_after"]
    for each in PERSONAL:
        if "member_id" in each.columns:
            assert f" FROM {each.table} " in statement, each.table
    found, beyond = [], {"member_id": 0, "guild_id": 0}

    async def page(statements: Statements) -> list[dict[str, Stored]]:
        return await statements.rows("members_after", **beyond, most=1)

    while rows := await filled.database.read(page):
        found += [(row["member_id"], row["guild_id"]) for row in rows]
        beyond = {"member_id": int(rows[-1]["member_id"] or 0), "guild_id": int(rows[-1]["guild_id"] or 0)}
    assert found == [(ANN, HERE), (ANN, THERE), (BEN, HERE), (BEN, THERE)]
