"""What goes with a deleted channel, and with a member who leaves."""

from __future__ import annotations

import pytest

from sandbox import ClientRefusal, Sandbox
from sandbox.state.models import Channel, ChannelType
from sandbox.state.permissions import Permission
from tests.sandbox.conftest import Rest
from tests.sandbox.grants import grant_bot


def _general(box: Sandbox) -> Channel:
    return box.person("Ada").channel("general")


async def _thread_with(box: Sandbox, rest: Rest, name: str) -> Channel:
    """Return a private thread of general with one person in it."""
    grant_bot(box, Permission.MANAGE_CHANNELS)
    body = {"name": "one", "type": int(ChannelType.PRIVATE_THREAD)}
    _, made = await rest("POST", f"/channels/{_general(box).id}/threads", body)
    added = await rest("PUT", f"/channels/{made['id']}/thread-members/{box.person(name).id}")
    assert added[0] == 204
    return box.person(name).channel(int(made["id"]))


async def test_a_deleted_channel_takes_its_threads_with_it_and_no_event_says_so(
    box: Sandbox, rest: Rest
) -> None:
    thread = await _thread_with(box, rest, "Ada")
    names: list[str] = []
    box.simulation.event_listeners.append(lambda event: names.append(event.name))
    assert (await rest("DELETE", f"/channels/{thread.parent_id}"))[0] == 200
    assert (await rest("GET", f"/channels/{thread.id}"))[1]["code"] == 10003
    assert names == ["CHANNEL_DELETE"]


async def test_the_channels_of_a_deleted_category_stay(box: Sandbox, rest: Rest) -> None:
    grant_bot(box, Permission.MANAGE_CHANNELS)
    general = _general(box)
    assert (await rest("DELETE", f"/channels/{general.parent_id}"))[0] == 200
    assert (await rest("GET", f"/channels/{general.id}"))[1]["parent_id"] is None


async def test_a_member_who_leaves_and_joins_again_is_in_no_thread(box: Sandbox, rest: Rest) -> None:
    thread, ada = await _thread_with(box, rest, "Ada"), box.person("Ada")
    (guild,) = [one for one in box.world.guilds.values() if one.id == thread.guild_id]
    ada.membership(guild).leave()
    assert (await rest("GET", f"/guilds/{guild.id}/members/{ada.id}"))[1]["code"] == 10007
    with pytest.raises(ClientRefusal):
        ada.channel("general")
    ada.membership(guild).join()
    assert ada.channel("general").name == "general"
    with pytest.raises(ClientRefusal):
        ada.channel(thread)
    assert (await rest("PUT", f"/channels/{thread.id}/thread-members/{ada.id}"))[0] == 204
    ada.membership(guild).leave_thread(thread)
    with pytest.raises(ClientRefusal):
        ada.channel(thread)
