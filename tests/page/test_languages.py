"""A person's language on the page: commands, times in messages, and what the bot is told."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_persons_language_can_be_changed_and_commands_are_listed_in_it(
    stage: Any, expect: Any
) -> None:
    page = await stage.look("Mika")
    await page.get_by_label("Language of this person's Discord").select_option("de")
    await page.locator("#composer").press_sequentially("/ruhe")
    options = page.get_by_role("listbox", name="Commands").get_by_role("option")
    await expect(options.first).to_contain_text("/ruhe raum neu")
    await page.locator("#composer").fill("/quiet room add ")
    await expect(page.locator(".command-chip")).to_have_text("/ruhe raum neu")
    assert stage.box.person("Mika").user.locale == "de"


async def test_times_in_messages_are_in_the_persons_language(stage: Any, expect: Any) -> None:
    page = await stage.look("Mika")
    stage.box.person("Bo").say("quiet-corner", "<t:1767600000:D>")
    await expect(page.locator(".moment").last).to_have_text("5 January 2026")
    await page.get_by_label("Language of this person's Discord").select_option("de")
    await expect(page.locator(".moment").last).to_have_text("5. Januar 2026")


async def test_the_stop_of_a_time_ends_the_sentence_too(stage: Any, expect: Any) -> None:
    page = await stage.look("Mika")
    await page.get_by_label("Language of this person's Discord").select_option("es-419")
    stage.box.person("Mika").say("quiet-corner", "Open until <t:1767600000:t>. Leave whenever you like.")
    await expect(page.locator(".message .markup").last).to_have_text(
        "Open until 09:00 a.m. Leave whenever you like."
    )
