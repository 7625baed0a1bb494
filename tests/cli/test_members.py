"""`alongside export-user` and `alongside erase-user`: what operators do when a member asks them."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.app.compose import wire
from bot.cli import main
from bot.cli.exits import Exit
from bot.privacy.consent.model import Purpose
from bot.storage.sqlite import engine
from bot.storage.sqlite.database import SqliteDatabase
from tests.storage.manual_clock import ManualClock
from tests.storage.members import ANN, BEN, HERE, THERE, rooms_in_both, settle
from tests.storage.scratch import newest
from tests.storage.test_traces import traces

pytestmark = pytest.mark.usefixtures("logging_as_before")

PATH = Path("kept/alongside.db")


@pytest.fixture(autouse=True)
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two members turn on everything, in two servers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", f"sqlite:///{PATH}")

    async def fill() -> None:
        database = await SqliteDatabase.open(PATH)
        services = wire(database, ManualClock())
        for room in await rooms_in_both(services):
            for member_id in (ANN, BEN):
                await settle(services, member_id, room)
        await database.close()

    asyncio.run(fill())


def ended(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    return int(ending.value.code or 0)


def exported(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, int]:
    """Return how many rows an export holds, by table."""
    capsys.readouterr()
    assert ended("export-user", *arguments) == Exit.DONE
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == "alongside-export"
    return {table: len(rows) for table, rows in document["tables"].items() if rows}


def test_an_export_is_the_members_own_document(capsys: pytest.CaptureFixture[str]) -> None:
    everywhere = exported(capsys, str(ANN))
    assert everywhere["consent"] == 2 * len(Purpose)
    assert ended("export-user", str(ANN)) == Exit.DONE
    assert f"Reading {PATH.absolute()} ... done\n" in capsys.readouterr().err
    assert exported(capsys, str(ANN), "--server", str(HERE)) == {
        table: count // 2 for table, count in everywhere.items()
    }
    assert exported(capsys, "12345") == {}


def test_files_of_a_bot_or_a_conversion_beside_the_database_are_left_alone() -> None:
    beside = [PATH.with_name(PATH.name + end) for end in (".v12", ".converting")]
    for each in beside:
        each.touch()
    assert ended("export-user", str(ANN)) == Exit.DONE
    assert ended("erase-user", str(ANN)) == Exit.DONE
    assert all(each.exists() for each in beside)


def test_a_dry_run_says_what_would_be_deleted_and_deletes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = exported(capsys, str(ANN))
    assert ended("erase-user", str(ANN), "--dry-run") == Exit.DONE
    said = capsys.readouterr().out
    assert f"consent: {2 * len(Purpose)}\n" in said
    rows = sum(before.values())
    assert said.endswith(f"{rows} rows would be deleted from {PATH.absolute()}. Nothing was changed.\n")
    assert exported(capsys, str(ANN)) == before


def test_a_deletion_is_finished_when_it_is_reported_and_the_report_names_no_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    others = exported(capsys, str(BEN))
    assert ended("erase-user", str(ANN), "--server", str(THERE), "--json") == Exit.DONE
    done = json.loads(capsys.readouterr().out)
    assert (done["deleted"], done["tables"]["consent"]) == (True, len(Purpose))
    assert done["database"] == str(PATH.absolute())
    assert str(ANN) not in json.dumps(done)
    assert exported(capsys, str(ANN))["consent"] == len(Purpose)
    assert ended("erase-user", str(ANN)) == Exit.DONE
    said = capsys.readouterr().out
    assert (
        f" rows from {PATH.absolute()}. Nothing about the member is saved for any server any more." in said
    )
    assert traces(PATH, ANN) == []
    assert exported(capsys, str(BEN)) == others


def test_a_deletion_is_repeated_when_an_older_backup_is_restored(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ended("backup", "--json") == Exit.DONE
    backup = json.loads(capsys.readouterr().out)["file"]
    assert ended("erase-user", str(ANN)) == Exit.DONE
    assert ended("restore", backup) == Exit.DONE
    assert exported(capsys, str(ANN)) == {}
    restored = exported(capsys, str(BEN))
    assert restored["consent"] == 2 * len(Purpose)
    assert "seat" not in restored  # who sat when the backup was made is in none


@pytest.mark.parametrize("typed", ["ann", "-5", "", "0", str(1 << 63)])
def test_an_invalid_id_is_rejected_with_a_message(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("erase-user", typed) == Exit.SETTINGS
    assert "is not a Discord ID: those are all digits" in capsys.readouterr().err


def test_export_user_makes_no_database(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", "sqlite:///elsewhere/none.db")
    assert ended("export-user", str(ANN)) == Exit.SETTINGS
    assert "there is no database" in capsys.readouterr().err
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("command", [("export-user",), ("erase-user", "--dry-run"), ("erase-user",)])
def test_a_database_of_an_older_version_is_left_as_it_is(
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """A bot of that older version may be running."""
    path = Path("kept/older.db")

    async def make() -> None:
        await (await SqliteDatabase.open(path)).close()

    asyncio.run(make())
    before = path.read_bytes()
    monkeypatch.setattr(engine, "newest_version", lambda: newest() + 1)
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", f"sqlite:///{path}")
    assert ended(*command, str(ANN)) == Exit.DATABASE
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"alongside: {tmp_path / path} is of version {newest()} of {newest() + 1}: "
        "restart the bot with this program, or run alongside migrate while it is stopped"
    )
    assert path.read_bytes() == before
