"""Tells other parts of the process what happened, as typed events, after it was committed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from bot.errors import report

E = TypeVar("E")


class EventBus:
    """Calls the subscribers of an event's type, each in a task of its own."""

    def __init__(self) -> None:
        self._subscribers: list[tuple[type[Any], Callable[[Any], Awaitable[None]]]] = []
        self._tasks: set[asyncio.Task[None]] = set()  # or they could be garbage collected while they run

    def subscribe(self, kind: type[E], callback: Callable[[E], Awaitable[None]]) -> None:
        """Call `callback` for every event of this type."""
        self._subscribers.append((kind, callback))

    def publish(self, event: object) -> None:
        """Begin to tell the subscribers; return at once. An error of one is logged and stops no other."""
        for kind, callback in self._subscribers:
            if isinstance(event, kind):
                task = asyncio.create_task(_call(callback, event))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)


async def _call(callback: Callable[[Any], Awaitable[None]], event: object) -> None:
    try:
        await callback(event)
    except Exception as error:  # noqa: BLE001 - the boundary: nobody awaits the task
        report(f"telling of {type(event).__name__}", error)
