"""Notes of the deployment in its SQLite file, which commands read and write without a running bot."""

from pathlib import Path

from bot.storage.sqlite.inspection import read_note, write_note


def test_a_note_of_the_deployment_is_read_as_it_was_written(made: Path, tmp_path: Path) -> None:
    assert read_note(made, None, "checked") is None
    for value in ("once", "twice"):
        write_note(made, None, "checked", value)
        assert read_note(made, None, "checked") == value
    absent = tmp_path / "absent.db"
    write_note(absent, None, "checked", "once")
    assert (read_note(absent, None, "checked"), absent.exists()) == (None, False)
