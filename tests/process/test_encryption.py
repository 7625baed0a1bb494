"""The shipped bot with a database key: it lives as before, and nothing of it can be read on the disk."""

from __future__ import annotations

from bot.cli.exits import Exit
from bot.storage.sqlite.connection import Shape, shape
from tests.process.house import House, agree

KEY = "c0ffee00" * 8


async def test_with_a_key_the_bot_lives_as_before_and_nothing_on_the_disk_can_be_read(
    empty_house: House,
) -> None:
    house = empty_house
    house.settings["DATABASE_KEY"] = KEY
    await house.start()
    await house.add_room()
    ada = house.person("Ada")
    await agree(ada)
    await ada.run("sit", channel="general", room="Library", minutes=5)
    await house.settle()
    await house.kill()  # with what is in the write-ahead log
    assert shape(house.database) is Shape.ENCRYPTED
    assert house.traces(ada.id) == []
    files = b"".join(file.read_bytes() for file in house.database.parent.iterdir())
    assert [word for word in (b"member_id", b"Library", b"Europe/Berlin", b"SQLite") if word in files] == []

    await house.start()
    assert "Check-ins: on." in (await ada.run("me", channel="general")).text
    assert await house.stop() == Exit.DONE
    assert not any(KEY in line for line in house.log)
