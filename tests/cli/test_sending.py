"""`alongside sending`: an operator stops everything that the bot sends, and starts it again."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.exits import Exit
from bot.storage.sqlite.database import SqliteDatabase

pytestmark = pytest.mark.usefixtures("logging_as_before")

PATH = Path("kept/alongside.db")


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", f"sqlite:///{PATH}")

    async def make() -> None:
        await (await SqliteDatabase.open(PATH)).close()

    asyncio.run(make())


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as ending:
        main(("sending", *arguments))
    assert ending.value.code == Exit.DONE
    return capsys.readouterr().out


def test_sending_is_on_until_an_operator_stops_it_and_again_once_they_start_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said(capsys, "status") == "Sending is on.\n"
    assert said(capsys, "start") == "Sending is on.\n"
    stopped = said(capsys, "stop")
    assert stopped.startswith("Sending is stopped since 20")
    assert "alongside sending start" in stopped
    assert said(capsys, "stop") == stopped  # since the first time
    assert said(capsys, "status") == stopped
    assert json.loads(said(capsys, "status", "--json"))["sending"] is False
    assert said(capsys, "start") == "Sending is on.\n"
    assert json.loads(said(capsys, "status", "--json")) == {"sending": True, "stopped_at": None}


@pytest.mark.parametrize("arguments", [(), ("halt",)])
def test_anything_else_is_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(("sending", *arguments))
    assert ending.value.code == Exit.SETTINGS


def test_without_a_database_there_is_nothing_to_stop() -> None:
    for each in PATH.parent.iterdir():
        each.unlink()
    with pytest.raises(SystemExit) as ending:
        main(("sending", "stop"))
    assert ending.value.code == Exit.SETTINGS
