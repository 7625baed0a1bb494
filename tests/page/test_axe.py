"""axe-core finds nothing serious on the page, at both widths and in both themes."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.page.conftest import DESKTOP, PHONE
from tests.page.test_appearance import plan
from tests.page.test_interactions import run

pytestmark = pytest.mark.asyncio(loop_scope="session")

_SERIOUS = {"serious", "critical"}


async def _violations(page: Any) -> list[str]:
    """Return what axe finds that is serious, with the elements."""
    found = (await Axe().run(page)).response
    assert found["passes"] or found["violations"], "axe looked at nothing"
    return [
        f"{each['id']}: {node['html']}"
        for each in found["violations"]
        if each["impact"] in _SERIOUS
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(stage: Any, expect: Any, size: Any, scheme: str) -> None:
    page = await stage.look("Mika", viewport=size, color_scheme=scheme)
    assert await _violations(page) == []
    stage.box.person("Bo").say("quiet-corner", "Good **morning** `code` ||hidden|| > https://example.org/")
    await run(page, "sit")
    await expect(page.locator(".container")).to_be_visible()
    await run(page, "me")
    await expect(page.locator(".dropdown")).to_have_count(4)
    assert await _violations(page) == []
    await page.get_by_role("button", name="Write").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await _violations(page) == []
    await page.keyboard.press("Escape")
    await page.locator("#composer").fill("/")
    assert await _violations(page) == []
    await page.locator("#composer").fill("")
    await plan(stage, "Quiet hour")
    if size is PHONE:
        await page.get_by_role("button", name="Channels and servers").click()
        assert await _violations(page) == []
    await page.locator(".channel", has_text="Events").click()
    await expect(page.get_by_role("article", name="Quiet hour")).to_be_visible()
    assert await _violations(page) == []


async def test_axe_is_heard_where_something_is_wrong(stage: Any) -> None:
    page = await stage.look("Ada")
    await page.evaluate("document.getElementById('main').append(document.createElement('button'))")
    assert [each.partition(":")[0] for each in await _violations(page)] == ["button-name"]
