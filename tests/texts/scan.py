"""Which keys of the catalogue the code uses, where, and with what values."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import bot
from bot.app.compose import SAVED_MODELS
from bot.checkins.personal.cadence import CheckinState
from bot.delivery.outcome import Problem
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.rules import VERSIONS
from bot.privacy.personal_data import PERSONAL
from bot.rooms.events.model import EventProblem
from bot.rooms.model import ThreadProblem
from bot.rooms.notices.model import NoticeState
from bot.rooms.sessions.model import Visibility
from bot.texts.catalogue import load
from bot.texts.keys import by_key
from bot.texts.voice import Rule
from cogs.checkins.reachability import Reach
from cogs.rooms.visibility import Unavailable
from cogs.ui.bot_permissions import (
    CARD_NEEDS,
    EVENT_NEEDS,
    FILE_NEEDS,
    HISTORY_NEEDS,
    THREAD_NEEDS,
    VOICE_NEEDS,
)

_ROOT = Path(bot.__file__).parents[1]
_DAYS = [str(day) for day in range(7)]
_PHASES = [
    "settling_in",
    "settling_in_rounds",
    "quiet",
    "quiet_rounds",
    "quiet_last",
    "break",
    "time_to_talk",
]
# Check-ins and room notices have separate panels.
_OFFERED = [Purpose.SHOW_NAME.value, Purpose.WEEKLY_COUNTS.value]
_OF_OTHER_TEXTS = {Rule.FIELD, Rule.EMPTY, Rule.LINES, Rule.BLANK_AT_END}  # a moderator's are on one line
_UNAVAILABLE = [each.value for each in Unavailable]
_PURPOSES = [purpose.value for purpose in Purpose]
_WANTED = [*CARD_NEEDS, *HISTORY_NEEDS, *FILE_NEEDS, *VOICE_NEEDS, *EVENT_NEEDS, *THREAD_NEEDS]
_NEEDS = [need.name for need in _WANTED]
_PERMISSIONS = sorted({each for need in _WANTED for each in need.permissions})
_SPEAKERS = {"say", "one_of", "say_one_of", "RefusalError"}


# Patterns of keys that code fills in, each with all values that it fills in.
KEY_PATTERNS: dict[str, list[str]] = {
    "checkins.answer.{}": ["here", "quiet", "pass"],
    "checkins.days.{}": ["weekdays", "weekend", "daily"],
    "checkins.prompts.{}": list(load("en")["checkins"]["prompts"]),
    "checkins.state.{}": [state.value for state in CheckinState],
    "checkins.where.{}": [reach.value for reach in Reach],
    "checkins.window.{}": ["morning", "midday", "afternoon", "evening"],
    "command_choices.window.{}": ["morning", "midday", "afternoon", "evening"],
    "commands.{}": list(by_key(load("en")["commands"])),
    "command_options.{}": list(load("en")["command_options"]),
    "check.event.{}": [trouble.value for trouble in EventProblem],
    "check.need.{}": _NEEDS,
    "check.permission.{}": _PERMISSIONS,
    "check.moderators_problem_{}": [problem.value for problem in Problem],
    "check.open_problem_{}": [problem.value for problem in Problem],
    "check.room_problem_{}": [problem.value for problem in Problem],
    "check.threads_problem_{}": [problem.value for problem in ThreadProblem],
    "check.unreadable.{}": list(SAVED_MODELS),
    "check.without.{}": _NEEDS,
    "consent.name.{}": _PURPOSES,
    "consent.{}.{}": [
        f"{purpose}.{version}" for purpose in Purpose for version in range(1, VERSIONS[purpose] + 1)
    ],
    "days.{}": _DAYS,
    "unreadable.name_{}": ["hidden", "turning", "unshown"],
    "notices.form.{}": ["from", "until"],
    "notices.state.{}": [state.value for state in NoticeState],
    "open.prompts.{}": list(load("en")["open"]["prompts"]),
    "me.{}.ask": _OFFERED,
    "me.{}.withdraw": _OFFERED,
    "personal.{}.{}": list(by_key(load("en")["personal"])),
    "personal.{}.until": [each.table for each in PERSONAL],
    "personal.{}.what": [each.table for each in PERSONAL],
    "prompts.remark.{}": [rule.value for rule in Rule if rule not in _OF_OTHER_TEXTS],
    "me.{}.{}": [f"{purpose}.{state}" for purpose in _OFFERED for state in ("on", "off", "changed")],
    "refusals.channel_{}": _UNAVAILABLE,
    "rooms.again.{}": ["on", "on_schedule"],
    "rooms.card.{}": _PHASES,
    "rooms.follows.{}": ["again", "schedule"],
    "rooms.list.{}": _UNAVAILABLE,
    "rooms.seat.{}": [visibility.value for visibility in Visibility],
}


def keys_of(pattern: str) -> list[str]:
    """Return all keys that match a pattern."""
    blank = "{}.{}" if "{}.{}" in pattern else "{}"
    return [pattern.replace(blank, each) for each in KEY_PATTERNS[pattern]]


@dataclass(frozen=True, slots=True)
class TextCall:
    """A call for a text: its place, its possible keys, and its values' names (None: unknown)."""

    where: str
    keys: tuple[str, ...]
    values: frozenset[str] | None


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Yield every module that may use texts for members."""
    for root in ("bot", "cogs"):
        for file in sorted((_ROOT / root).rglob("*.py")):
            if any(file.is_relative_to(_ROOT / folder) for folder in ("bot/cli", "bot/texts")):
                continue  # operators' texts are not in the catalogue, and the catalogue itself says none
            yield str(file.relative_to(_ROOT)), ast.parse(file.read_text(encoding="utf-8"))


@cache
def named() -> dict[str, str]:
    """Return every key and key pattern in the code, each with a module that has it."""
    top = tuple(f"{table}." for table in load("en"))
    found: dict[str, str] = {}
    for where, tree in trees():
        inside = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            text = _pattern(node) if id(node) not in inside else None
            if text is not None and text.startswith(top) and " " not in text:
                found[text] = where
    return found


@cache
def text_calls() -> list[TextCall]:
    """Return every call for a text that names its key as a string."""
    found: list[TextCall] = []
    for where, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _speaks(node.func):
                told = None if any(each.arg is None for each in node.keywords) else node.keywords
                values = None if told is None else frozenset(str(each.arg) for each in told)
                if spoken := spoken_keys(node.args[0]):
                    found.append(TextCall(f"{where}:{node.lineno}", spoken, values))
    return found


def spoken_keys(node: ast.expr) -> tuple[str, ...]:
    """Return the keys that an expression can be, or none if the code does not show them."""
    if isinstance(node, ast.IfExp):
        return spoken_keys(node.body) + spoken_keys(node.orelse)
    text = _pattern(node)
    if text is None or "." not in text or " " in text:  # the command line says whole sentences
        return ()
    if "{}" in text:
        return tuple(keys_of(text))
    return (text,)


def keys_passed_to(function: str, position: int, keyword: str | None = None) -> set[str]:
    """Return the keys that are arguments of calls of `function`."""
    found: set[str] = set()
    for node in _calls()[function]:
        given = [each.value for each in node.keywords if keyword and each.arg == keyword]
        given += node.args[position : position + 1] if keyword is None else []
        for argument in given:
            if isinstance(argument, ast.Call) and _speaks(argument.func) and argument.args:
                found |= set(spoken_keys(argument.args[0]))
    return found


@cache
def _calls() -> dict[str, list[ast.Call]]:
    """Return all calls, by the name of the function."""
    found: dict[str, list[ast.Call]] = defaultdict(list)
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found[_name(node.func)].append(node)
    return found


def _pattern(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
        return "".join(map(str, parts))
    return None


def _speaks(function: ast.expr) -> bool:
    if isinstance(function, ast.Call):
        return True  # texts_for(interaction)("checkins.paused", until=until)
    return _name(function) in _SPEAKERS


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
