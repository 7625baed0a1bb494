"""docs/operating.md: its commands run as they are written, and everything that it names exists."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import PREFIX, Settings
from tests.process.bot_process import BotProcess, agree
from tests.process.launching import environment, free_port

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
_FENCED = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
RUN = [
    (info.removeprefix("sh run"), block)
    for info, block in _FENCED.findall(PAGE)
    if info.startswith("sh run")
]
_COMMAND = re.compile(r"(?:\S*/|sudo |docker compose -f \S+ run --rm )?alongside ([a-z][a-z-]+)")


class Checkout:
    """The folder of someone who follows docs/operating.md, with a bot connected to the sandbox."""

    def __init__(self, process: BotProcess) -> None:
        self.process = process
        self.folder = process.folder = process.folder / "checkout"
        self.folder.mkdir()
        for name in (".env.example", "deploy", "bot", "cogs", "pyproject.toml", ".venv"):
            (self.folder / name).symlink_to(ROOT / name)
        del process.settings["DATABASE_URL"]  # it is where `.env` says
        self.port = free_port()
        process.settings["HEALTH_PORT"] = str(self.port)

    async def run(self, block: str) -> str:
        """Run a block of commands, filled in; `alongside` is what the page says for a checkout."""
        for placeholder, given in (
            (r"\bID\b", str(self.process.person("Ada").user.id)),
            (r"\bFILE\b", self._newest_backup()),
            (r"\b8401\b", str(self.port)),
        ):
            block = re.sub(placeholder, given, block)
        shell = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-eux", "-c", block),
            cwd=self.folder,
            env=environment(self.process.settings)
            | {"PATH": f"{self.folder / '.venv' / 'bin'}:{os.environ['PATH']}"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await shell.communicate()
        assert shell.returncode == 0, said.decode()
        return said.decode()

    def _newest_backup(self) -> str:
        backups = (self.folder / "data" / "backups").glob("alongside-*")
        return max((each.name for each in backups if each.suffix in {".db", ".gz"}), default="")

    async def let_run(self, is_to_run: bool) -> None:
        """Start or stop the bot, unless that is done already."""
        if is_to_run and not self.process.is_running:
            await self.process.start()
            await self.process.settle()
        elif self.process.is_running and not is_to_run:
            assert await self.process.stop() == 0


async def test_the_pages_commands_run_as_written(unstarted_process: BotProcess) -> None:
    """The commands run in order in a checkout, with the settings that an operator would fill in.

    The first makes the settings; then the bot runs, and Ada agrees to something that is saved. What a block
    needs is written after `sh run`: `stopped`, if the bot must not run; `needs`, a program.
    """
    checkout = Checkout(unstarted_process)
    (_, settings), *blocks = RUN
    await checkout.run(settings)
    await checkout.let_run(True)
    await agree(unstarted_process.person("Ada"))
    said: dict[str, str] = {}
    for needs, block in blocks:
        words = needs.split()
        if "needs" in words and not shutil.which(words[-1]):
            continue
        await checkout.let_run("stopped" not in words)
        said[block.splitlines()[-1]] = answer = await checkout.run(block)
        if "openssl" in block:
            unstarted_process.settings["DATABASE_KEY"] = answer.splitlines()[-1]
    await checkout.let_run(False)
    data = checkout.folder / "data"
    assert (checkout.folder / ".env").stat().st_mode & 0o077 == 0
    assert (data / "alongside.db").is_file()
    assert "alongside.db.before-" in said["alongside restore data/backups/FILE"]
    assert f" rows from {data / 'alongside.db'}." in said["alongside erase-user ID"]
    document = json.loads((checkout.folder / "their-data.json").read_text(encoding="utf-8"))
    assert document["tables"]["consent"]
    if shutil.which("curl"):
        assert "ready\n" in said["curl http://127.0.0.1:8401/metrics"]
    if shutil.which("openssl"):
        assert "is encrypted" in said["alongside encrypt"]


def test_every_setting_that_the_page_names_exists() -> None:
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", PAGE))
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


@pytest.mark.usefixtures("logging_as_before")
def test_every_command_that_the_page_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    spoken = [
        *_INLINE.findall(PAGE),
        *(line for _, block in _FENCED.findall(PAGE) for line in block.splitlines()),
    ]
    named = {found[1] for text in spoken if (found := _COMMAND.match(text))}
    assert named
    with pytest.raises(SystemExit):
        main(["--help"])
    known = set(re.findall(r"^ {4}([a-z][a-z-]*)(?= |$)", capsys.readouterr().out, re.MULTILINE))
    assert named - known == set()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\]\((?!https?:)([^)#]+)", PAGE))))
def test_every_linked_page_exists(name: str) -> None:
    assert (ROOT / "docs" / name).resolve().is_file()


def test_every_file_of_deploy_that_the_page_names_exists() -> None:
    named = set(re.findall(r"deploy/[\w./-]*\w", PAGE))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
