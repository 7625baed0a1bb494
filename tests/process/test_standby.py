"""Two processes with one database in PostgreSQL: one serves, the other stands by and takes over."""

import time
from collections.abc import AsyncIterator, Iterator

import pytest

from sandbox.state.messages import plain_text
from tests import postgres
from tests.process.bot_process import POST, BotProcess

_TAKES_OVER_WITHIN_SECONDS = 10.0


@pytest.fixture
def server() -> Iterator[str]:
    if postgres.programs() is None:
        pytest.skip(postgres.ABSENT)
    with postgres.running_server() as url:
        yield url


@pytest.fixture
async def pair(
    unstarted_process: BotProcess, server: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[BotProcess, BotProcess]]:
    """Return a process that serves and one that stands by."""
    first = unstarted_process
    second = BotProcess(first.box, tmp_path_factory.mktemp("second"))
    for each in (first, second):
        each.settings["DATABASE_URL"] = server
    await first.start()
    await second.launch()
    await second.says("standing by")
    try:
        yield first, second
    finally:
        await second.kill_if_running()
    second.check()


async def test_a_process_that_stands_by_takes_over_and_what_is_live_goes_on(
    pair: tuple[BotProcess, BotProcess],
) -> None:
    first, second = pair
    await first.add_room()
    await first.person("Ada").run("sit", channel="library", options={"minutes": 25})
    card = await first.card()
    shown, posts = plain_text(card), first.count(POST)

    begun = time.monotonic()
    await first.kill_process()
    await second.says("takes over")
    await second.box.until_ready()
    assert time.monotonic() - begun < _TAKES_OVER_WITHIN_SECONDS

    reply = await second.person("Bo").click(card, "Sit")
    assert reply.kind != "failed"
    await second.box.until(lambda: plain_text(card) != shown)
    assert first.count(POST) == posts
    seated = plain_text(card)
    await second.wait(minutes=26)
    await second.box.until(lambda: plain_text(card) != seated)
