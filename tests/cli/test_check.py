"""`alongside check` on the settings file, the processes that serve, and the schema."""

from pathlib import Path

import pytest

from bot.cli import check
from bot.cli.check import State
from bot.shards import ShardLayout
from bot.storage.reports import Inspection


@pytest.mark.parametrize(
    ("mode", "state"), [(0o600, State.OK), (0o640, State.LOOK), (0o604, State.LOOK), (0o644, State.LOOK)]
)
def test_a_settings_file_that_others_can_read_is_named_with_how_to_close_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, state: State
) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(check._settings_file()) == []  # noqa: SLF001 - the rest of the command needs Discord
    (tmp_path / ".env").write_text("ALONGSIDE_DISCORD_TOKEN=secret", encoding="utf-8")
    (tmp_path / ".env").chmod(mode)
    (found,) = check._settings_file()  # noqa: SLF001 - as above
    assert found.state is state
    assert found.do == ("" if state is State.OK else f"chmod 600 {tmp_path / '.env'}")


@pytest.mark.parametrize(
    ("served", "state"), [((), State.LOOK), ((1,), State.LOOK), ((0, 1, 2), State.OK)], ids=str
)
def test_ranges_of_shards_that_no_process_serves_are_named(served: tuple[int, ...], state: State) -> None:
    layout, other = ShardLayout(12, 4), ShardLayout(12, 6)
    held = {*((layout, number) for number in served), (other, 0)}
    (found,) = check._processes(layout, held)  # noqa: SLF001 - as above
    assert found.state is state
    assert found.says == f"{len(served)} of 3 ranges of shards are served"
    assert list(check._processes(ShardLayout(12, 12), held)) == []  # noqa: SLF001 - as above


@pytest.mark.parametrize(
    ("program", "noted", "state", "says", "do"),
    [
        (2, "1 1", State.LOOK, "db is of version 1 of 2", "alongside migrate"),
        (1, "1 1", State.OK, "db, 4,096 bytes, version 1, undamaged", ""),
        (0, "0 1", State.OK, "db, 4,096 bytes, version 1, undamaged", ""),  # it can serve with that
        (0, "1 1", State.WRONG, "db is of version 1, and this program knows 0", "Start the newer program"),
        (0, None, State.WRONG, "db is of version 1, and this program knows 0", "Start the newer program"),
    ],
)
def test_a_schema_of_another_version_than_the_programs_is_named_with_what_to_do(
    program: int, noted: str | None, state: State, says: str, do: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "newest_version", lambda: program)
    found, _ = check._database("db", Inspection(version=1, size=4096), noted)  # noqa: SLF001 - as above
    assert (found.state, found.says) == (state, says)
    assert do in found.do
