"""docs/operating.md: its commands run as they stand there, and whatever it names is there."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import PREFIX, Settings
from tests.process.house import House, environment

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
_FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
RUN = [(info, block) for info, block in _FENCED.findall(PAGE) if info.startswith("sh run")]


async def _run(block: str, folder: Path, settings: dict[str, str]) -> str:
    """Run a block of commands as somebody does who follows the page; return what they said."""
    shell = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-eux", "-c", block),
        cwd=folder,
        env=environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await shell.communicate()
    assert shell.returncode == 0, said.decode()
    return said.decode()


async def test_the_pages_commands_run_as_they_stand_there(empty_house: House, tmp_path: Path) -> None:
    """They run in order in a checkout, with the settings that somebody put into `.env` meanwhile."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    for name in (".env.example", "deploy", "bot", "cogs", "pyproject.toml", ".venv"):
        (checkout / name).symlink_to(ROOT / name)
    settings = empty_house.settings | {"DATABASE_URL": "sqlite:///data/alongside.db"}
    ran = 0
    for info, block in RUN:
        needed = info.removeprefix("sh run").removeprefix(" needs ")
        if not needed or shutil.which(needed):
            await _run(block, checkout, settings)
            ran += 1
    assert ran
    assert (checkout / ".env").stat().st_mode & 0o077 == 0
    assert (checkout / "data" / "alongside.db").is_file()


def test_every_setting_that_the_page_names_is_one() -> None:
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", PAGE))
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


@pytest.mark.usefixtures("logging_as_before")
def test_every_command_that_the_page_names_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    spoken = [
        *_INLINE.findall(PAGE),
        *(line for _, block in _FENCED.findall(PAGE) for line in block.splitlines()),
    ]
    named = {found[1] for text in spoken if (found := re.match(r"(?:\S*/)?alongside ([a-z][a-z-]+)", text))}
    assert named
    with pytest.raises(SystemExit):
        main(["--help"])
    known = set(re.findall(r"^ {4}([a-z][a-z-]*)(?= |$)", capsys.readouterr().out, re.MULTILINE))
    assert named - known == set()


@pytest.mark.parametrize("name", sorted({found[1] for found in re.finditer(r"\]\(([^)#]+)\)", PAGE)}))
def test_every_page_that_is_linked_is_there(name: str) -> None:
    assert (ROOT / "docs" / name).resolve().is_file()


def test_every_file_of_deploy_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"deploy/[\w./-]*\w", PAGE))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
