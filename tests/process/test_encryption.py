"""The shipped bot with a database key: it works as before, and nothing on the disk can be read."""

from __future__ import annotations

from bot.cli.exits import Exit
from bot.storage.sqlite.connection import Shape, shape
from tests.process.bot_process import BotProcess, agree

KEY = "c0ffee00" * 8


async def test_with_a_key_the_bot_lives_as_before_and_nothing_on_the_disk_can_be_read(
    unstarted_process: BotProcess,
) -> None:
    process = unstarted_process
    process.settings["DATABASE_KEY"] = KEY
    await process.start()
    await process.add_room()
    ada = process.person("Ada")
    await agree(ada)
    await ada.run("sit", channel="general", room="Library", minutes=5)
    await process.settle()
    await process.kill()  # with what is in the write-ahead log
    assert shape(process.database) is Shape.ENCRYPTED
    assert process.traces(ada.id) == []
    files = b"".join(file.read_bytes() for file in process.database.parent.iterdir())
    assert [word for word in (b"member_id", b"Library", b"Europe/Berlin", b"SQLite") if word in files] == []

    await process.start()
    assert "Check-ins are on." in (await ada.run("me", channel="general")).text
    assert await process.stop() == Exit.DONE
    assert not any(KEY in line for line in process.log)
