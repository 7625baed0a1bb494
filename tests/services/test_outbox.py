"""The outbox: the record of messages that are being sent."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.delivery import outbox
from bot.delivery.outbox import Intent
from bot.errors import RefusalError
from bot.services import Services
from bot.storage.database import Statements
from tests.storage.manual_clock import ManualClock


async def begin(services: Services, channel_id: int, now: datetime) -> Intent:
    """Begin to send the card number 1 of server 7."""
    return await services.database.write(
        partial(outbox.begin, key="card:1", guild_id=7, channel_id=channel_id, now=now)
    )


async def find(services: Services) -> Intent | None:
    """Return the open intent of the card number 1."""
    return await services.database.read(partial(outbox.find, key="card:1"))


async def test_an_intent_is_found_open_until_it_is_finished(services: Services, clock: ManualClock) -> None:
    first = await begin(services, 8, clock.now())
    assert (first.key, first.guild_id, first.channel_id, first.attempts) == ("card:1", 7, 8, 1)
    assert not first.is_repeated
    later = clock.now() + timedelta(minutes=3)
    again = await begin(services, 9, later)
    assert again.is_repeated
    assert (again.nonce, again.begun_at, again.channel_id) == (first.nonce, first.begun_at, 8)
    assert await find(services) == again
    await services.database.write(partial(outbox.finish, key="card:1"))
    assert await find(services) is None
    other = await begin(services, 8, later)
    assert other.nonce != first.nonce
    assert not other.is_repeated


async def test_an_intent_is_rolled_back_with_its_unit(services: Services, clock: ManualClock) -> None:
    now = clock.now()

    async def work(statements: Statements) -> None:
        await outbox.begin(statements, "card:1", 7, 8, now)
        raise RefusalError("refusals.room_gone")

    with pytest.raises(RefusalError):
        await services.database.write(work)
    assert await find(services) is None


def test_a_nonce_names_its_channel_and_is_as_short_as_discord_demands() -> None:
    longest = 2**63 - 1
    first, second = outbox.new_nonce(longest), outbox.new_nonce(longest)
    assert first != second
    assert max(len(first), len(second)) <= 25
    assert first.partition(".")[0] == second.partition(".")[0]
    assert first.partition(".")[0] != outbox.new_nonce(longest - 1).partition(".")[0]


async def test_a_nonce_is_trusted_for_two_minutes(services: Services, clock: ManualClock) -> None:
    now = clock.now()
    intent = await begin(services, 8, now)
    assert intent.has_nonce_at(now + timedelta(seconds=119))
    assert not intent.has_nonce_at(now + timedelta(minutes=2))
