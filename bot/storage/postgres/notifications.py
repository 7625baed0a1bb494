"""Topics of units of work that concern other processes, sent with PostgreSQL's NOTIFY.

A notification makes all commits of the server wait for each other for a moment. So only what nobody in this
process subscribed to is sent: for example, that something is due in the servers of another one.
"""

from collections.abc import Callable, Iterable

from bot.storage.postgres.turn import Connection

_CHANNEL = "alongside"
_NOTIFY = "SELECT pg_notify($1, topic) FROM unnest($2::text[]) AS topic"


async def tell_others(connection: Connection, topics: Iterable[str]) -> None:
    """Tell the processes that serve of topics, once the open transaction is committed."""
    if found := sorted(topics):
        await connection.execute(_NOTIFY, _CHANNEL, found)


async def listen(connection: Connection, announce: Callable[[Iterable[str]], None]) -> None:
    """Call `announce` with the topics that other processes send, for as long as the connection lasts."""

    def hear(_: object, __: int, ___: str, topic: object) -> None:
        announce([str(topic)])

    await connection.add_listener(_CHANNEL, hear)
