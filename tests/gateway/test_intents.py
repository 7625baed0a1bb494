"""The bot asks Discord for no privileged intent, and never to be an administrator."""

import re
from pathlib import Path

import discord

from bot.gateway.client import Client

DOCUMENTS = Path(__file__).parents[2]


async def test_the_bot_asks_for_no_privileged_intent_and_never_for_administrator(client: Client) -> None:
    allowed = {name for name, is_on in client.intents if is_on}
    assert allowed == {"guilds", "voice_states", "guild_scheduled_events"}
    pages = [DOCUMENTS / "README.md", *(DOCUMENTS / "docs").glob("*.md")]
    asked = [
        discord.Permissions(int(bits))
        for page in pages
        for bits in re.findall(r"permissions=(\d+)", page.read_text(encoding="utf-8"))
    ]
    assert asked
    assert not any(each.administrator for each in asked)
