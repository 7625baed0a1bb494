"""The names and descriptions of slash commands, from the catalogue.

Code knows a command and an option by an English name and a choice by its value, which Discord sends back
whatever it shows. What Discord shows is in the catalogue: under `commands` and `command_options`, and for
a choice under the key that `choice` is given.
"""

from typing import Any, TypeAlias, cast

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Place

from bot.texts.catalogue import Texts

_Described: TypeAlias = app_commands.Command[Any, ..., Any] | app_commands.Group


class _TextChoice(app_commands.Choice[Any]):
    __slots__ = ("_key", "_values")

    def __init__(self, value: str | int, key: str, **values: int) -> None:
        super().__init__(name=app_commands.locale_str(key), value=value)
        self._key = key
        self._values = values

    def say(self, texts: Texts, locale: str) -> str:
        """Return its name in a language."""
        return texts.say(self._key, locale, **self._values)


def choice(value: str | int, key: str, **values: int) -> app_commands.Choice[Any]:
    """Return a fixed choice of an option, whose name is the text of `key`."""
    return _TextChoice(value, key, **values)


def say_in_english(commands: app_commands.CommandTree[Any], texts: Texts) -> None:
    """Give every command, option and choice its English description or name."""
    for command in commands.walk_commands():
        command.description = texts.say(_key(command, "description"), "en")
        if isinstance(command, app_commands.Command):
            _describe_options(command, texts)


def _describe_options(command: app_commands.Command[Any, ..., Any], texts: Texts) -> None:
    described = {}
    for option in command.parameters:
        text = texts.say(_key(command, "options", option.display_name), "en")
        described[option.name] = app_commands.locale_str(text)
        for each in option.choices:
            each.name = cast("_TextChoice", each).say(texts, "en")
    app_commands.describe(**described)(command)


class CommandTranslator(app_commands.Translator):
    """What discord.py asks for each language when the commands are registered."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return a name or a description in a language; None where that is English."""
        if self._texts.locale_of(locale.value) == "en":
            return None
        if context.location is Place.choice_name:
            return str(cast("_TextChoice", context.data).say(self._texts, locale.value))
        return str(self._texts.say(_key_in(context), locale.value))


def _key_in(context: app_commands.TranslationContextTypes) -> str:
    data: Any = context.data
    if context.location is Place.parameter_name:
        return f"command_options.{data.display_name}"
    if context.location is Place.parameter_description:
        return _key(data.command, "options", data.display_name)
    is_name = context.location in {Place.command_name, Place.group_name}
    return _key(data, "name" if is_name else "description")


def _key(command: _Described, *what: str) -> str:
    """Return the key of a command's text, for example `commands.quiet.room.add.description`."""
    return f"commands.{'.'.join([*command.qualified_name.split(), *what])}"
