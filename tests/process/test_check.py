"""`alongside check` and `alongside sync`, as an operator uses them."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import Any

from tests.process.bot_process import SYNC, BotProcess
from tests.process.launching import run_to_its_end


async def check(process: BotProcess, **settings: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return the exit code and what was found, by name."""
    code, said, complained = await run_to_its_end(
        process.folder, process.settings | settings, "check", "--json"
    )
    assert "Traceback" not in complained, complained
    answer = json.loads(said)
    assert answer["ok"] == (code == 0)
    return code, {each["name"]: each for each in answer["checks"]}


async def test_everything_is_fine_beside_a_healthy_bot(process: BotProcess) -> None:
    code, found = await check(process)
    assert code == 0
    worth_a_look = {name for name, each in found.items() if each["state"] == "look"}
    assert worth_a_look == {"encryption", "backups", "policy and terms"}
    assert "65665" in found["intents"]["says"]
    assert "permissions=68608" in found["permissions"]["says"]
    assert "Discord has this version's commands" in found["commands"]["says"]
    assert "undamaged" in found["database"]["says"]
    assert set(found) == {
        *("token", "session starts", "clock", "intents", "permissions", "commands", "database"),
        *("encryption", "disk", "backups", "policy and terms", "time zones", "languages"),
    }
    code, said, _ = await run_to_its_end(process.folder, process.settings, "check")
    assert code == 0
    assert "ok  token: Discord accepts it\n" in said
    assert "?   backups: there is none in" in said


async def test_commands_that_another_program_changed_are_named_and_sent_once(process: BotProcess) -> None:
    synced = process.count(SYNC)
    said = (await run_to_its_end(process.folder, process.settings, "sync"))[1]
    assert said == "Discord already has the commands of this version.\n"
    assert process.count(SYNC) == synced
    changed = next(iter(process.box.world.commands.values()))
    changed.version += 1
    code, found = await check(process)
    assert code == 0
    assert found["commands"]["state"] == "look"
    assert "alongside sync" in found["commands"]["do"]
    said = (await run_to_its_end(process.folder, process.settings, "sync"))[1]
    assert said == "Done: Discord has the commands of this version.\n"
    assert process.count(SYNC) == synced + 1
    await process.restart()
    assert process.count(SYNC) == synced + 1


async def test_every_problem_is_named_with_what_to_do_about_it(unstarted_process: BotProcess) -> None:
    process = unstarted_process
    process.database.parent.mkdir()
    with contextlib.closing(sqlite3.connect(process.database)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    del process.settings["CLOCK_URL"]
    process.box.faults.shift_date(3600)
    code, found = await check(process, DEFAULT_LOCALE="xx", SHARD_COUNT="1")
    assert code == 1
    assert {name for name, each in found.items() if each["state"] == "wrong"} == {"clock", "database"}
    assert found["languages"]["state"] == "look"
    assert all(each["do"] for each in found.values() if each["state"] != "ok")
    code, found = await check(process, DISCORD_TOKEN="a-token-that-nobody-has")
    assert code == 1
    assert found["token"]["state"] == "wrong"
    assert not process.box.gateway.identifies
