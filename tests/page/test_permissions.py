"""What the app's role grants, changed on the page by someone who can manage the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.state.permissions import Permission
from sandbox.state.seed import BOT_PERMISSIONS
from tests.page.conftest import DESKTOP, PHONE
from tests.page.test_appearance import LOW_CONTRAST, OVERFLOWING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.page.conftest import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

BUTTON = "App permissions"


async def test_a_moderator_gives_and_takes_permissions_of_the_app(
    stage: Stage, expect: Callable[[Any], Any]
) -> None:
    page = await stage.look("Mika")
    await _open(page)
    dialog = page.get_by_role("dialog", name=BUTTON)
    await expect(dialog.get_by_label("Send Messages", exact=True)).to_be_checked()
    await dialog.get_by_label("Send Messages", exact=True).uncheck()
    await dialog.get_by_label("Manage Channels").check()
    await dialog.get_by_role("button", name="Save").click()
    await dialog.wait_for(state="detached")
    guild = stage.box.world.guilds[stage.box.person("Mika").channel("quiet-corner").guild_id or 0]
    [role] = [one for one in guild.roles.values() if one.managed]
    taken, given = Permission.SEND_MESSAGES, Permission.MANAGE_CHANNELS
    assert role.permissions == BOT_PERMISSIONS & ~taken | given


async def test_other_members_cannot_change_permissions_of_the_app(stage: Stage) -> None:
    page = await stage.look("Ada")
    assert await page.get_by_role("button", name=BUTTON).count() == 0


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_dialog_fits_the_window_and_has_contrast(stage: Stage, size: Any, scheme: str) -> None:
    page = await stage.look("Mika", viewport=size, color_scheme=scheme)
    await _open(page)
    assert await page.evaluate(OVERFLOWING) == []
    assert await page.evaluate(LOW_CONTRAST) == []


async def _open(page: Any) -> None:
    if not await page.get_by_role("button", name=BUTTON).is_visible():
        await page.get_by_role("button", name="Show or hide members").click()
    await page.get_by_role("button", name=BUTTON).click()
