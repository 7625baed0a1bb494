"""Ranges of shards: each server belongs to one of them."""

from hypothesis import given
from hypothesis import strategies as st

from bot.shards import ALL_SERVERS, ShardLayout

layouts = st.builds(ShardLayout, st.integers(1, 200), st.integers(1, 40))
servers = st.integers(1, 2**63 - 1)


@given(layouts, servers)
def test_each_server_belongs_to_exactly_one_range(layout: ShardLayout, guild_id: int) -> None:
    covering = [n for n in range(layout.ranges) if layout.range(n).covers(guild_id)]
    assert covering == [layout.range_of(guild_id)]


@given(layouts)
def test_the_ranges_hold_each_shard_once(layout: ShardLayout) -> None:
    shards = [shard for n in range(layout.ranges) for shard in layout.range(n).shard_ids]
    assert shards == list(range(layout.count))
    assert all(1 <= len(layout.range(n).shard_ids) <= layout.per_range for n in range(layout.ranges))


@given(layouts)
def test_what_concerns_the_whole_deployment_belongs_to_the_first_range(layout: ShardLayout) -> None:
    assert layout.range(0).covers(0)
    assert layout.range_of(0) == 0


@given(servers)
def test_one_shard_has_all_servers(guild_id: int) -> None:
    assert ALL_SERVERS.covers(guild_id)
