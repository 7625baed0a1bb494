"""Shards: how Discord divides a bot's servers among gateway connections, and ranges of shards. Pure.

Discord sends what happens in a server to the shard `(guild_id >> 22) % count`, and what happens in direct
messages to shard 0. Source: Discord's "Gateway" topic, "Sharding".
"""

from dataclasses import dataclass

MOST_SHARDS = 65_535  # numbers of two bytes; Discord's largest bots have some tens of thousands


@dataclass(frozen=True, slots=True)
class ShardRange:
    """The shards `first` to `last`, included, of `count`. Each process serves the servers of one range."""

    number: int
    first: int
    last: int
    count: int

    @property
    def shard_ids(self) -> range:
        """The shards of the range."""
        return range(self.first, self.last + 1)

    @property
    def is_whole(self) -> bool:
        """Whether the range has all shards."""
        return len(self.shard_ids) == self.count

    def covers(self, guild_id: int) -> bool:
        """Return whether a server is in the range. 0, for the whole deployment, is in the first one."""
        return self.first <= (guild_id >> 22) % self.count <= self.last


@dataclass(frozen=True, slots=True)
class ShardLayout:
    """How a deployment's `count` shards are divided: `per_range` in each range, fewer in the last one."""

    count: int = 1
    per_range: int = 1

    @property
    def ranges(self) -> int:
        """How many ranges there are."""
        return -(-self.count // self.per_range)

    def range(self, number: int) -> ShardRange:
        """Return the range `number`, counted from 0."""
        first = number * self.per_range
        return ShardRange(number, first, min(first + self.per_range, self.count) - 1, self.count)

    def range_of(self, guild_id: int) -> int:
        """Return the number of the range that a server belongs to."""
        return (guild_id >> 22) % self.count // self.per_range


ALL_SERVERS = ShardLayout().range(0)
"""The range of a deployment with one shard."""
