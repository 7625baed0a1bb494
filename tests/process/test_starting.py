"""Starting and stopping: settings, exit codes, health, and messages for the operator."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import socket
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest

from bot.cli import main
from tests import openapi
from tests.process.bot_process import SYNC, BotProcess
from tests.process.launching import free_port, launch, names, run_to_its_end

GOOD = {"DISCORD_TOKEN": "a-token-that-nobody-has", "DATABASE_URL": "sqlite:///data/alongside.db"}
WRONG: tuple[tuple[str, str], ...] = (
    ("DISCORD_TOKEN", ""),
    ("DISCORD_TOKEN", "two\nlines"),
    ("DATABASE_URL", "mysql://somewhere/db"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_KEY", ""),
    ("DATABASE_KEY", "5a" * 31),
    ("DATABASE_KEY", "a passphrase that is not 64 hexadecimal digits, though it has as many"),
    ("DISCORD_API_URL", "nonsense"),
    ("DISCORD_GATEWAY_URL", "http://localhost"),
    ("CLOCK_URL", "nonsense"),
    ("SHARD_COUNT", "0"),
    ("SHARD_COUNT", "many"),
    ("HEALTH_HOST", "somewhere"),
    ("HEALTH_PORT", "70000"),
    ("LOG_LEVEL", "LOUD"),
    ("LOG_FORMAT", "xml"),
    ("PRIVACY_POLICY_URL", "nonsense"),
    ("DEFAULT_LOCALE", "english"),
)


async def assert_no_start(folder: Path, settings: Mapping[str, str], named: str, code: int = 2) -> None:
    """Assert that the bot does not start, and says why in one line that has `named` and no secret."""
    ended, said, complained = await run_to_its_end(folder, settings)
    assert (ended, said) == (code, ""), complained
    assert complained.count("\n") == 1, complained
    assert complained.startswith("alongside: ")
    assert named in complained
    assert "Traceback" not in complained
    assert not settings.get("DISCORD_TOKEN") or settings["DISCORD_TOKEN"] not in complained


def damage(path: Path) -> None:
    """Make a database with one overwritten page in the middle."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE room (name TEXT)")
        connection.executemany("INSERT INTO room VALUES (?)", [("a room" * 40,)] * 200)
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xa5" * 4096)


@pytest.mark.usefixtures("logging_as_before")
@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_of_any_setting_is_reported_in_one_line_that_names_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for each, given in (GOOD | {name: value}).items():
        monkeypatch.setenv(f"ALONGSIDE_{each}", given)
    with pytest.raises(SystemExit) as ended:
        main(["run"])
    assert ended.value.code == 2
    said, complained = capsys.readouterr()
    assert said == ""
    assert re.fullmatch(rf"alongside: [^\n]*ALONGSIDE_{name}[^\n]*\n", complained), complained
    assert GOOD["DISCORD_TOKEN"] not in complained
    assert names(tmp_path) == []


async def test_missing_and_wrong_settings_end_the_process_with_one_line(tmp_path: Path) -> None:
    await asyncio.gather(
        assert_no_start(tmp_path, {}, "ALONGSIDE_DISCORD_TOKEN is missing"),
        assert_no_start(tmp_path, GOOD | {"LOG_LEVEL": "LOUD"}, "ALONGSIDE_LOG_LEVEL"),
    )
    assert names(tmp_path) == []


async def test_a_token_that_discord_does_not_accept_is_reported_in_one_line(
    unstarted_process: BotProcess,
) -> None:
    settings = unstarted_process.settings | {"LOG_LEVEL": "INFO"}
    for token in ("a-token-that-nobody-has", "ключ"):
        await assert_no_start(
            unstarted_process.folder, settings | {"DISCORD_TOKEN": token}, "ALONGSIDE_DISCORD_TOKEN"
        )


async def test_an_unusable_database_is_reported_in_one_line_and_not_changed(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "text.db").write_text("This is a letter, not a database.\n" * 200)
    with contextlib.closing(sqlite3.connect(tmp_path / "newer.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA user_version = 9999")
    newer = (tmp_path / "newer.db").read_bytes()
    wrong = {"folder.db": 2, "text.db": 2, "text.db/inside.db": 2, "newer.db": 3, "damaged.db": 3}
    damage(tmp_path / "damaged.db")
    await asyncio.gather(
        *(
            assert_no_start(
                tmp_path,
                GOOD | {"DATABASE_URL": f"sqlite:///{tmp_path / name}"},
                "ALONGSIDE_DATABASE_URL",
                code,
            )
            for name, code in wrong.items()
        )
    )
    assert (tmp_path / "text.db").read_text().startswith("This is a letter")
    assert (tmp_path / "newer.db").read_bytes() == newer


async def test_an_unusable_clock_or_health_port_is_reported_in_one_line(
    unstarted_process: BotProcess,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        await assert_no_start(
            unstarted_process.folder,
            unstarted_process.settings | {"HEALTH_PORT": str(port), "LOG_LEVEL": "INFO"},
            "ALONGSIDE_HEALTH_PORT",
        )


async def test_a_restart_is_quiet_and_syncs_commands_only_where_discord_has_others(
    process: BotProcess,
) -> None:
    assert process.count(SYNC) == 1
    await process.restart()
    assert process.count(SYNC) == 1
    process.box.world.commands.clear()
    await process.restart()
    assert process.count(SYNC) == 2
    assert process.box.world.commands
    assert await process.stop() == 0
    assert names(process.database.parent) == ["alongside.db", "alongside.db.lock"]
    assert [line for line in process.log if "Traceback" in line or " ERROR " in line] == []


async def test_health_shows_whether_discord_is_connected(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    port = free_port()
    process.settings |= {"HEALTH_PORT": str(port), "LOG_FORMAT": "json"}

    async def asked(path: str) -> int:
        async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status

    async with aiohttp.ClientSession() as session:
        assert (await run_to_its_end(process.folder, process.settings, "health"))[0] == 1
        await process.start()
        assert await asked("/healthz") == 200
        await process.settle()
        assert await asked("/readyz") == 200
        assert (await run_to_its_end(process.folder, process.settings, "health"))[0] == 0
        process.box.faults.refuse_gateway(1000)
        process.box.faults.drop_gateway()
        await process.box.until(lambda: not process.box.bot_connected)
        async with asyncio.timeout(20):
            while await asked("/readyz") == 200:
                assert process.is_running
        assert await asked("/healthz") == 200
        assert (await run_to_its_end(process.folder, process.settings, "health"))[0] == 1
        assert await asked("/nothing") == 404
    code, _, complained = await run_to_its_end(process.folder, GOOD, "health")
    assert code == 2
    assert "ALONGSIDE_HEALTH_PORT is not set" in complained


@pytest.mark.parametrize("wanted", [signal.SIGTERM, signal.SIGINT])
async def test_the_bot_ends_in_time_even_while_discord_is_away(
    tmp_path: Path, wanted: signal.Signals
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/api/v10"
    bot = await launch(tmp_path, GOOD | {"DISCORD_API_URL": nowhere}, "run")
    assert bot.stderr is not None
    async with asyncio.timeout(20):
        line = (await bot.stderr.readline()).decode()
        assert "Discord cannot be reached" in line
        bot.send_signal(wanted)
        rest = (await bot.stderr.read()).decode()
        assert await bot.wait() == 0
    assert "Traceback" not in line + rest


async def test_an_interrupted_command_has_its_own_exit_code(unstarted_process: BotProcess) -> None:
    process, asked = unstarted_process, ("GET", "/gateway/bot")
    process.box.faults.hang(*asked, seconds=30.0)
    check = await launch(process.folder, process.settings, "check")
    await process.box.until(lambda: process.box.faults.is_hanging(*asked))
    check.send_signal(signal.SIGINT)
    async with asyncio.timeout(20):
        said, complained = await check.communicate()
    assert check.returncode == 130
    assert (said, complained) == (b"", b"Checking ... stopped\n")


@pytest.mark.skipif(
    not openapi.DESCRIPTION.exists(), reason="Discord's API description is not beside the repository"
)
def test_the_requests_of_every_story_are_checked_against_discords_description() -> None:
    """The fixture checks each story; this test fails or is skipped if it could not."""
    assert openapi.DESCRIPTION.is_file()
