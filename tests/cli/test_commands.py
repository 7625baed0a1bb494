"""The command line in general: help, exit codes, and output for scripts."""

import importlib
import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from bot.cli import _MODULES, main
from bot.cli.commands import Commands
from bot.cli.exits import Exit

pytestmark = pytest.mark.usefixtures("logging_as_before")


def ended(*arguments: str) -> int:
    """Run a command in this process and return its exit code."""
    with pytest.raises(SystemExit) as ending:
        main(arguments)
    return int(ending.value.code or 0)


def test_help_names_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--help") == Exit.DONE
    said = capsys.readouterr().out
    assert all(f"\n  {code.value}  " in said for code in Exit)


def test_every_command_is_found_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("--help") == Exit.DONE
    named = re.findall(r"^ {4}([a-z][a-z-]*)(?= |$)", capsys.readouterr().out, re.MULTILINE)
    assert {"run", "restore", "erase-user", "decrypt"} <= set(named)
    for name in named:
        assert ended(name, "--help") == Exit.DONE
        assert f"usage: alongside {name} " in capsys.readouterr().out


def test_asking_for_health_does_not_load_what_the_bot_runs_on(tmp_path: Path) -> None:
    code = "import sys; from bot.cli import main\ntry: main(['health'])\nfinally: print(*sys.modules)"
    here = [sys.executable, "-c", code]
    asked = subprocess.run(here, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert asked.returncode == Exit.SETTINGS  # for none are here
    assert {"bot.cli.health", "bot.settings"} <= set(asked.stdout.split())
    assert {"aiohttp", "aiosqlite", "discord", "PIL", "sandbox"}.isdisjoint(asked.stdout.split())


def test_an_unknown_command_exits_as_a_settings_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("dance") == Exit.SETTINGS
    assert "invalid choice" in capsys.readouterr().err


def test_a_wrong_begin_is_answered_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("demo", "--begin", "tomorrow") == Exit.SETTINGS
    assert "'tomorrow' is not a date and time; write it like 2031-01-08T09:00Z" in capsys.readouterr().err


def test_a_command_that_is_interrupted_does_not_end_as_if_it_were_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", f"sqlite:///{tmp_path}/here.db")
    monkeypatch.setenv("ALONGSIDE_DATABASE_KEY", "c0ffee00" * 8)
    monkeypatch.setattr("bot.cli.encryption.convert", interrupted)
    assert ended("encrypt") == Exit.INTERRUPTED
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "Converting the database ... stopped\n")


def test_version_is_for_people_and_for_scripts(capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("version") == Exit.DONE
    assert f"alongside {version('alongside-bot')}\n" in capsys.readouterr().out
    assert ended("version", "--json") == Exit.DONE
    assert json.loads(capsys.readouterr().out)["alongside"] == version("alongside-bot")


def test_migrate_makes_the_database_without_a_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALONGSIDE_DISCORD_TOKEN", raising=False)
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", "sqlite:///kept/here.db")
    assert ended("migrate") == Exit.DONE
    assert capsys.readouterr().out == f"{tmp_path}/kept/here.db is up to date.\n"
    assert (tmp_path / "kept" / "here.db").exists()


def examples_of(name: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the examples in the --help of a command."""
    assert ended(name, "--help") == Exit.DONE
    _, _, shown = re.split(r"^(Examples?:)$", capsys.readouterr().out, flags=re.MULTILINE)
    return [line.strip() for line in shown.splitlines() if line]


NAMES = [name for names in _MODULES.values() for name in names]


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_shows_an_example_that_is_accepted(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = Commands(epilog="")
    for module in _MODULES:
        importlib.import_module(f"bot.cli.{module}").add(commands)
    examples = examples_of(name, capsys)
    assert examples
    for example in examples:
        program, *arguments = re.split(r" (?:>|&&) ", example)[0].split()
        assert (program, arguments[0]) == ("alongside", name)
        assert callable(commands.parse(arguments).command)


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_fits_a_terminal(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(name, "--help") == Exit.DONE
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 110] == []
