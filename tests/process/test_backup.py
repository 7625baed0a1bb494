"""Backing up while the bot runs, and restoring the backup, as an operator would."""

from __future__ import annotations

import json

from sandbox.state import messages
from tests.process.bot_process import BotProcess
from tests.process.launching import names, run_to_its_end


async def backup_of(process: BotProcess, *options: str) -> str:
    code, said, complained = await run_to_its_end(
        process.folder, process.settings, "backup", "--json", *options
    )
    assert code == 0, complained
    return str(json.loads(said)["file"])


async def test_the_bot_resumes_from_a_backup_made_while_it_ran(
    process: BotProcess,
) -> None:
    await process.add_room()
    await process.person("Ada").run("sit", channel="general", minutes=10)
    card = await process.card()
    made = await backup_of(process)
    await process.person("Bo").click(card, "Sit")
    await process.shows(card, "2 of 8 seats are taken.")

    code, said, complained = await run_to_its_end(process.folder, process.settings, "restore", made)
    assert (code, said) == (4, "")
    assert complained.startswith("alongside: another process of Alongside works on this database")

    assert await process.stop() == 0
    code, said, complained = await run_to_its_end(process.folder, process.settings, "restore", made)
    assert code == 0, complained
    assert "alongside.db.before-" in said
    await process.start()
    assert (await process.person("Cleo").click(card, "Sit")).error is None
    await process.shows(card, "One of 8 seats is taken.")  # Cleo: who sat is in no backup
    await process.wait(minutes=10)
    assert "Open a session" in messages.plain_text(card)
    assert process.posted() == [card]


async def test_a_backup_that_finds_no_room_leaves_nothing_behind_and_says_so(process: BotProcess) -> None:
    await process.add_room()
    folder = process.folder / "there"
    code, said, complained = await run_to_its_end(
        process.folder, process.settings, "backup", "--to", str(folder), file_bytes=20_000
    )
    assert (code, said) == (1, "")
    assert complained.splitlines()[-1].startswith("alongside: the disk")
    assert "Traceback" not in complained
    assert names(folder) == ["alongside.lock"]
    assert (await process.person("Ada").run("sit", channel="general", minutes=5)).error is None
