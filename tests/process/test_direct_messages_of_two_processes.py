"""Two processes with a shard each: direct messages reach one, and the server is served by the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest

from sandbox import Sandbox
from tests import postgres
from tests.process.bot_process import BotProcess
from tests.process.test_room_notices import SIT, in_view, prepare, turn_on

_SHARDS = {"SHARD_COUNT": "3", "SHARDS_PER_PROCESS": "1"}  # Juniper House is on shard 1, and no server on 2


@pytest.fixture
def database_url() -> Iterator[str]:
    if postgres.programs() is None:
        pytest.skip(postgres.ABSENT)
    with postgres.running_server() as url:
        yield url


@pytest.fixture
async def processes(
    unstarted_process: BotProcess, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[BotProcess, BotProcess]]:
    """Return the process that serves shard 0, and so direct messages, and the one that serves shard 1."""
    first = unstarted_process
    second = BotProcess(first.box, tmp_path_factory.mktemp("second"))
    try:
        for shard, each in enumerate((first, second)):
            each.settings |= _SHARDS | {"DATABASE_URL": database_url}
            await each.launch()
            await first.box.until(partial(_is_connected, first.box, shard))
        yield first, second
    finally:
        await second.kill_if_running()
    second.check()


def _is_connected(box: Sandbox, shard: int) -> bool:
    return shard in box.gateway.connected_shards(3)


async def test_a_seat_from_a_notice_is_saved_by_one_process_and_shown_by_the_other(
    processes: tuple[BotProcess, BotProcess],
) -> None:
    process, _ = processes
    await prepare(process)
    ada = process.person("Ada")
    await turn_on(ada)
    await process.wait(hours=1)
    await process.box.until(lambda: in_view(ada))
    (notice,) = in_view(ada)
    await ada.click(notice, SIT)
    await process.shows(notice, "You have a seat in Library.")
    await process.wait(minutes=1)  # a card that no tap edits is edited at most once in fifteen seconds
    await process.shows(await process.card(), "One of 8 seats is taken.")
    me = await ada.run("me", channel=None)
    assert "Your choices in Juniper House" in me.text
