"""The page of commands is made from the commands."""

from pathlib import Path

from bot.app import command_page

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
MADE_BY = "python -m bot.app.command_page > docs/commands.md"


async def test_the_page_of_commands_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == await command_page.page(), MADE_BY


async def test_the_page_shows_who_may_use_a_command_where_and_with_which_options() -> None:
    members, moderators = (await command_page.page()).split("## For moderators")
    assert "### `/pause`" in members
    assert "### `/quiet room add`" in moderators
    assert "Works in direct messages too" not in moderators
    assert "| minutes | " in members
    assert "| **channel** | " in moderators
