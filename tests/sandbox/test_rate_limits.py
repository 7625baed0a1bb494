"""Rate limits and planned faults of REST requests."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from sandbox.state.permissions import Permission
from tests.sandbox.grants import grant_bot

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tests.sandbox.conftest import Bot, Rest

MESSAGES = "/channels/{channel_id}/messages"


def _path(box: Sandbox, name: str = "general") -> str:
    return f"/channels/{box.person('Ada').channel(name).id}/messages"


async def _later(box: Sandbox, seconds: float) -> None:
    await box.clock.move(box.clock.now() + timedelta(seconds=seconds))


async def test_a_channel_takes_five_messages_in_five_seconds(box: Sandbox, rest: Rest) -> None:
    left = []
    for number in range(5):
        status, _ = await rest("POST", _path(box), {"content": str(number)})
        assert status == 200
        left.append(rest.headers["X-RateLimit-Remaining"])
    assert left == ["4", "3", "2", "1", "0"]
    assert rest.headers["X-RateLimit-Limit"] == "5"
    assert 0 < float(rest.headers["X-RateLimit-Reset-After"]) <= 5
    assert rest.headers["X-RateLimit-Bucket"]
    status, data = await rest("POST", _path(box), {"content": "six"})
    assert status == 429
    assert 0 < data["retry_after"] <= 5
    assert data["global"] is False
    assert rest.headers["Via"]
    assert rest.headers["X-RateLimit-Scope"] == "user"
    assert rest.headers["Content-Type"] == "application/json"
    status, _ = await rest("POST", _path(box, "library"), {"content": "elsewhere"})
    assert status == 200
    await _later(box, 5)
    status, _ = await rest("POST", _path(box), {"content": "six"})
    assert status == 200


async def test_the_global_limit_is_fifty_requests_a_second(box: Sandbox, rest: Rest) -> None:
    frozen = box.clock.unix()
    box.limits.now = lambda: frozen
    for _ in range(5):
        for guild_id in box.world.guilds:
            for path in ("", "/roles", "/channels", "/scheduled-events", "/threads/active"):
                status, _data = await rest("GET", f"/guilds/{guild_id}{path}")
                assert status == 200
    status, data = await rest("GET", "/users/@me")
    assert (status, data["global"]) == (429, True)
    assert rest.headers["X-RateLimit-Global"] == "true"


async def test_a_channel_can_be_renamed_twice_in_ten_minutes_without_a_header_that_announces_it(
    box: Sandbox, rest: Rest
) -> None:
    grant_bot(box, Permission.MANAGE_CHANNELS)
    path = f"/channels/{box.person('Ada').channel('general').id}"
    for name in ("one", "two"):
        status, _ = await rest("PATCH", path, {"name": name})
        assert status == 200
    status, data = await rest("PATCH", path, {"name": "three"})
    assert status == 429
    assert data["retry_after"] > 500
    status, _ = await rest("PATCH", path, {"nsfw": True})
    assert status == 200
    await _later(box, 601)
    status, _ = await rest("PATCH", path, {"name": "three"})
    assert status == 200


async def test_old_messages_can_be_edited_three_times_in_six_seconds(box: Sandbox, rest: Rest) -> None:
    _, sent = await rest("POST", _path(box), {"content": "old"})
    await _later(box, 3601)
    for number in range(3):
        status, _ = await rest("PATCH", f"{_path(box)}/{sent['id']}", {"content": str(number)})
        assert status == 200
    status, data = await rest("PATCH", f"{_path(box)}/{sent['id']}", {"content": "more"})
    assert (status, data["code"]) == (429, 30046)


async def test_discord_py_retries_after_a_planned_rate_limit(box: Sandbox, bot: Bot) -> None:
    channel = bot.get_channel(box.person("Ada").channel("general").id)
    assert isinstance(channel, discord.TextChannel)
    box.faults.rate_limit("POST", MESSAGES, retry_after=0.01)
    box.faults.rate_limit("POST", MESSAGES, retry_after=0.01, scope="shared")
    await channel.send("patient")
    statuses = [r.status for r in box.requests if r.route == MESSAGES]
    assert statuses == [429, 429, 200]


async def test_planned_failures_happen_in_order(box: Sandbox, rest: Rest) -> None:
    box.faults.fail("POST", MESSAGES, 503, times=2)
    box.faults.fail("POST", MESSAGES, 403, code=50001)
    statuses = [(await rest("POST", _path(box), {"content": "x"}))[0] for _ in range(4)]
    assert statuses == [503, 503, 403, 200]
    assert len(box.person("Ada").sees("general")) == 1


async def test_a_reset_request_is_not_handled(box: Sandbox, rest: Rest) -> None:
    box.faults.reset("POST", MESSAGES)
    with pytest.raises(aiohttp.ClientError):
        await rest("POST", _path(box), {"content": "x"})
    assert box.person("Ada").sees("general") == []
    status, _ = await rest("POST", _path(box), {"content": "x"})
    assert status == 200


async def test_a_request_whose_response_is_lost_is_handled(box: Sandbox, rest: Rest) -> None:
    box.faults.lose_answer("POST", MESSAGES)
    with pytest.raises(aiohttp.ClientError):
        await rest("POST", _path(box), {"content": "x"})
    await box.until(lambda: box.person("Ada").sees("general"))
    assert box.requests[-1].status == 200


async def test_a_hanging_request_is_answered_later(box: Sandbox, rest: Rest) -> None:
    loop = asyncio.get_running_loop()
    box.faults.hang("POST", MESSAGES, 0.1)
    before = loop.time()
    status, _ = await rest("POST", _path(box), {"content": "x"})
    assert status == 200
    assert loop.time() - before >= 0.1


async def test_a_hanging_request_can_be_let_go(box: Sandbox, rest: Rest) -> None:
    box.faults.hang("POST", MESSAGES, seconds=600)
    asking = asyncio.create_task(rest("POST", _path(box), {"content": "x"}))
    await box.until(lambda: box.faults.is_hanging("POST", MESSAGES))
    box.faults.let_go("GET", MESSAGES)  # another route
    assert box.faults.is_hanging("POST", MESSAGES)
    assert box.person("Ada").sees("general") == []
    box.faults.let_go("POST", MESSAGES)
    assert (await asking)[0] == 200


async def test_what_changes_outside_is_waited_for_too(box: Sandbox) -> None:
    """Such as a row in the bot's database, of which no request and no event tells."""
    looks = iter([False, False, True])
    await box.until(lambda: next(looks))


async def test_interaction_endpoints_have_no_rate_limits(box: Sandbox, bot: Bot) -> None:
    async def press(interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content="tapped")

    bot.on_press = press
    channel = bot.get_channel(box.person("Ada").channel("general").id)
    assert isinstance(channel, discord.TextChannel)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Tap", custom_id="tap"))
    await channel.send("card", view=view)
    message = box.person("Ada").sees("general")[0]
    for name in ("Ada", "Bo", "Cleo", "Dev", "Emi", "Noor", "Ada", "Bo"):
        await box.person(name).click(message, "Tap")
    taps = [r for r in box.requests if "interactions" in r.path]
    assert [r.limited for r in taps] == [False] * 8
    assert sum(r.limited for r in box.requests if r.method == "POST") == 1


async def test_wrong_tokens_and_unknown_routes_are_refused(box: Sandbox, rest: Rest) -> None:
    assert await rest("GET", "/users/@me", token="no") == (
        401,
        {"message": "401: Unauthorized", "code": 0},
    )
    assert box.refusals == []
    assert (await rest("GET", "/stage-instances"))[0] == 404
    assert (await rest("PUT", "/users/@me"))[0] == 405
    assert len(box.refusals) == 2
