"""`alongside encrypt` and `decrypt`, and their messages for a wrong key."""

from pathlib import Path

import pytest

from bot.cli.exits import Exit
from bot.storage.sqlite import connection
from bot.storage.sqlite.connection import Shape, shape
from tests.cli.test_commands import ended

pytestmark = pytest.mark.usefixtures("logging_as_before")

KEY, OTHER = "c0ffee00" * 8, "0ddba11e" * 8


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of the database that the settings name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALONGSIDE_DISCORD_TOKEN", "a-token-that-nobody-has")
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", "sqlite:///here.db")
    monkeypatch.delenv("ALONGSIDE_DATABASE_KEY", raising=False)
    return tmp_path / "here.db"


def test_encrypt_and_decrypt_report_the_state_and_the_next_step(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("migrate") == Exit.DONE
    monkeypatch.setenv("ALONGSIDE_DATABASE_KEY", KEY)
    capsys.readouterr()
    for command, said, expected in (
        ("encrypt", "is encrypted now. Keep a copy of the key", Shape.ENCRYPTED),
        ("encrypt", "is encrypted; nothing was changed.", Shape.ENCRYPTED),
        ("decrypt", "is not encrypted now. Remove ALONGSIDE_DATABASE_KEY", Shape.PLAIN),
        ("decrypt", "is not encrypted; nothing was changed.", Shape.PLAIN),
    ):
        assert ended(command) == Exit.DONE
        answer = capsys.readouterr()
        assert answer.out.startswith(f"{path} {said}")
        assert answer.out.count("\n") == 1
        assert KEY not in answer.out + answer.err
        assert shape(path) is expected


def test_readable_files_left_beside_the_database_are_listed(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("migrate") == Exit.DONE
    path.with_name("here.db.before-20260105T090000Z").write_bytes(path.read_bytes())
    monkeypatch.setenv("ALONGSIDE_DATABASE_KEY", KEY)
    assert ended("encrypt") == Exit.DONE
    assert capsys.readouterr().out.endswith(
        f"\n{path}.before-20260105T090000Z is not encrypted: delete it once you do not need it.\n"
    )


def test_without_a_key_there_is_nothing_to_encrypt_with(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended("encrypt") == Exit.SETTINGS
    assert capsys.readouterr().err.startswith("alongside: ALONGSIDE_DATABASE_KEY is missing")
    assert not path.exists()


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_wrong_key_is_reported_in_one_line(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    def refused(line: str, key: str | None) -> None:
        if key is None:
            monkeypatch.delenv("ALONGSIDE_DATABASE_KEY", raising=False)
        else:
            monkeypatch.setenv("ALONGSIDE_DATABASE_KEY", key)
        capsys.readouterr()
        assert ended(command) == Exit.SETTINGS
        last = capsys.readouterr().err.splitlines()[-1]
        assert last.startswith("alongside: ")
        assert line in last
        assert key is None or key not in last

    assert ended("migrate") == Exit.DONE
    refused("the database is not encrypted, and a key is set", KEY)
    assert ended("encrypt") == Exit.DONE
    refused("does not open with ALONGSIDE_DATABASE_KEY", OTHER)
    refused("those need ALONGSIDE_DATABASE_KEY", None)
    monkeypatch.setattr(connection, "sqlcipher", lambda: None)
    refused("pip install 'alongside-bot[encryption]'", KEY)
    assert shape(path) is Shape.ENCRYPTED
