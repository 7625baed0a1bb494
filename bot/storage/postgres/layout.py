"""The layout of the shards as the database knows it: each due row has the number of its server's range."""

from bot.shards import ShardLayout
from bot.storage.postgres.errors import DatabaseErrors, is_conflict
from bot.storage.postgres.turn import Connection

_MOST_RUNS = 20
_COMMAND_SECONDS = 3600.0  # every due row may have to be rewritten
_FIND = "SELECT shard_count, shards_per_range FROM shard_layout"
_SET = """
INSERT INTO shard_layout (only_row, shard_count, shards_per_range) VALUES (1, $1, $2)
ON CONFLICT (only_row) DO UPDATE
SET shard_count = excluded.shard_count, shards_per_range = excluded.shards_per_range
"""
_MOVE_DUE = """
UPDATE due SET shard_range = (guild_id >> 22) % $1 / $2
WHERE shard_range <> (guild_id >> 22) % $1 / $2
"""


async def write_layout(connection: Connection, layout: ShardLayout) -> None:
    """Note the layout by which this process serves, and let every due row follow it, if that changed.

    The caller holds the right to serve by this layout, so nobody serves by another one. Commands beside the
    bot may make rows due meanwhile: PostgreSQL lets only one of two such transactions succeed.
    """
    for left in reversed(range(_MOST_RUNS)):
        try:
            async with connection.transaction(isolation="serializable"):
                known = await connection.fetchrow(_FIND)
                if known is None or tuple(known) != (layout.count, layout.per_range):
                    await connection.execute(_SET, layout.count, layout.per_range)
                    await connection.execute(
                        _MOVE_DUE, layout.count, layout.per_range, timeout=_COMMAND_SECONDS
                    )
        except DatabaseErrors as error:
            if not is_conflict(error) or not left:
                raise
        else:
            return
