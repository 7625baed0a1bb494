"""Warnings are errors in the tests, except deprecations inside discord.py, which we cannot fix."""

import warnings

import pytest

DEPRECATED = [
    "'audioop' is deprecated and slated for removal in Python 3.13",
    "'count' is passed as positional argument",
    "'asyncio.iscoroutinefunction' is deprecated and slated for removal in Python 3.16",
]


def _warn(message: str, module: str) -> None:
    warnings.warn_explicit(message, DeprecationWarning, f"{module}.py", 1, module)


@pytest.mark.parametrize("message", DEPRECATED)
def test_a_deprecation_inside_discord_py_fails_no_test(message: str) -> None:
    _warn(message, "discord.utils")


@pytest.mark.parametrize("module", ["bot.texts", "cogs.ui.panel", "tests.page.example_bot", "aiohttp"])
@pytest.mark.parametrize("message", DEPRECATED)
def test_the_same_deprecation_elsewhere_fails(message: str, module: str) -> None:
    with pytest.raises(DeprecationWarning):
        _warn(message, module)


def test_another_warning_of_discord_py_fails() -> None:
    with pytest.raises(DeprecationWarning):
        _warn("something else is deprecated", "discord.utils")
