"""Events reach the subscribers of their type, and an error of one stops no other."""

import asyncio
from dataclasses import dataclass

import pytest

from bot.scheduling.event_bus import EventBus


@dataclass(frozen=True)
class Rang:
    bell: str


@dataclass(frozen=True)
class Rained:
    pass


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_each_subscriber_of_the_type_is_called(caplog: pytest.LogCaptureFixture) -> None:
    bus, heard = EventBus(), list[tuple[str, Rang]]()

    async def first(event: Rang) -> None:
        heard.append(("first", event))
        raise RuntimeError("a subscriber fails")

    async def second(event: Rang) -> None:
        heard.append(("second", event))

    bus.subscribe(Rang, first)
    bus.subscribe(Rang, second)
    bus.publish(Rang("gate"))
    assert heard == []  # the publisher does not wait
    bus.publish(Rained())
    await settled()
    assert heard == [("first", Rang("gate")), ("second", Rang("gate"))]
    assert "telling of Rang" in caplog.text
