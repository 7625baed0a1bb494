"""Slash commands that texts name, such as `/quiet check`.

Every catalogue writes them in English. Where Discord shows markup and the command's id is known, a reader
gets a mention (`</quiet check:17>`), which a tap turns into the command. Discord needs the English name in
it, whatever the reader's language. Elsewhere they get the name that Discord lists for them.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_MENTION = re.compile(r"</([^:>]+):\d+>")


class CommandNames:
    """The commands of a catalogue: `commands` is its table of that name, in English."""

    def __init__(self, commands: Mapping[str, Any]) -> None:
        self._groups = dict(_paths(commands))
        names = "|".join(re.escape(path) for path in sorted(self._groups, key=len, reverse=True))
        # In Japanese, letters stand right beside a name; in German, a hyphen and a noun can follow it.
        self._pattern = (
            re.compile(rf"(?<![A-Za-z0-9/<.])/({names})(?![A-Za-z0-9_]|-[a-z])") if names else None
        )

    def in_text(self, text: str) -> list[str]:
        """Return the commands that a text names, without their slash, in their order."""
        return self._pattern.findall(text) if self._pattern else []

    def named(self, text: str, translated: Mapping[str, Any], ids: Mapping[str, int]) -> str:
        """Return a text with its commands as mentions, or by the names of `translated` without an id.

        `ids` are those of the commands, by the first word of their English name. Discord has no mentions
        of groups.
        """

        def show(found: re.Match[str]) -> str:
            path = found[1]
            command_id = None if self._groups[path] else ids.get(path.partition(" ")[0])
            return f"</{path}:{command_id}>" if command_id else f"/{_translated(path, translated)}"

        return self._pattern.sub(show, text) if self._pattern else text


def without_mentions(text: str) -> str:
    """Return a text with plain names instead of mentions, as people see it."""
    return _MENTION.sub(r"/\1", text)


def _paths(commands: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, bool]]:
    """Yield the full name of every command and group, and whether it is a group."""
    for name, table in commands.items():
        inside = {key: each for key, each in table.items() if isinstance(each, dict) and key != "options"}
        yield f"{above}{name}", bool(inside)
        yield from _paths(inside, f"{above}{name} ")


def _translated(path: str, translated: Mapping[str, Any]) -> str:
    """Return a command's full name as a catalogue's table `commands` has it, or else in English."""
    words, table = list[str](), translated
    for word in path.split():
        table = table.get(word, {})
        words.append(str(table.get("name", word)))
    return " ".join(words)
