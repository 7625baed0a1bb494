"""What the page tells a newcomer, and going back after becoming another person."""

from __future__ import annotations

from typing import Any

import pytest

from tests.page.conftest import GUIDE

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_banner_takes_a_newcomer_to_the_first_step(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    banner = page.get_by_role("complementary", name="What to do first")
    await expect(banner).to_contain_text(GUIDE.text)
    await banner.get_by_role("button", name=GUIDE.action).click()
    await expect(page.locator(".me-name")).to_have_text("Mika")
    await expect(page.get_by_role("heading", level=1)).to_have_text("library")
    await expect(page.locator(".command-form")).to_contain_text("/me")
    await expect(banner).to_be_hidden()


async def test_a_hidden_banner_stays_hidden_in_its_tab(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    banner = page.get_by_role("complementary", name="What to do first")
    await banner.get_by_role("button", name="Hide").click()
    await page.reload()
    await page.locator(".log-start").wait_for()
    await expect(banner).to_be_hidden()


async def test_back_after_becoming_another_person_is_one_step(stage: Any, expect: Any) -> None:
    page = await stage.look("Ada")
    await page.locator(".channel", has_text="library").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("library")
    await page.locator("#person").select_option(label="Bo")
    await expect(page.locator(".me-name")).to_have_text("Bo")
    await expect(page.get_by_role("complementary", name="What to do first")).to_be_hidden()
    await page.go_back()
    await expect(page.locator(".me-name")).to_have_text("Ada")
    await expect(page.get_by_role("heading", level=1)).to_have_text("library")
    await page.go_back()
    await expect(page.locator(".me-name")).to_have_text("Ada")
    await expect(page.get_by_role("heading", level=1)).to_have_text("quiet-corner")
    await page.go_forward()
    await page.go_forward()
    await expect(page.locator(".me-name")).to_have_text("Bo")
