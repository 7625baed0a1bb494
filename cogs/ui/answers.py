"""The three answers to a check-in. The bot treats them alike and never saves which one was tapped."""

from collections.abc import Callable
from enum import StrEnum

from bot.texts.catalogue import Say
from cogs.ui.panels import Component, button
from cogs.ui.routes import CustomId


class Answer(StrEnum):
    """Which button was tapped."""

    HERE = "here"
    QUIET = "quiet"
    PASS = "pass"  # noqa: S105 - no password


def answer_buttons(
    say: Say, custom_id: Callable[[Answer], CustomId], *, disabled: bool = False
) -> list[Component]:
    """Return one button for each answer, with the custom id that `custom_id` makes for it."""
    return [
        button(say(f"checkins.answer.{answer}"), custom_id(answer), disabled=disabled) for answer in Answer
    ]
