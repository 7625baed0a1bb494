"""`alongside check`: check everything that the bot needs, and say how to fix what is wrong."""

import argparse
import asyncio
import os
import shutil
import stat
import zoneinfo
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from bot import settings
from bot.app import preflight
from bot.cli.commands import Commands, progress, say, say_json
from bot.cli.exits import Exit
from bot.cli.login import logged_in
from bot.errors import ConfigurationError, TransientError
from bot.gateway import command_sync
from bot.scheduling.clock import SystemClock
from bot.scheduling.plausibility import TOLERANCE, describe_offset
from bot.settings import Settings
from bot.shards import ShardLayout
from bot.storage.backup_files import BACKUP_NAME
from bot.storage.engine import Engine, engine_for
from bot.storage.reports import Inspection
from bot.storage.schema import SCHEMA_NOTE, can_serve, newest_version
from bot.texts import catalogue

# View Channels, Send Messages, Read Message History; /quiet check gives a server the link for what it uses.
_CARDS = 68608
_ENOUGH_BYTES = 200_000_000
_CLOCK_IS_RIGHT = timedelta(seconds=5)
_BACKUP_IS_NEW = timedelta(hours=48)
_MORE = """\
Changes nothing, and can run while the bot runs. Exits with 1 if a line begins with
NO: that has to be fixed. What is in a line with ? works, but is worth a look."""


class State(StrEnum):
    """The result of a check."""

    OK = "ok"
    LOOK = "look"  # it works, and is worth a look
    WRONG = "wrong"


_MARKS = {State.OK: "ok", State.LOOK: "? ", State.WRONG: "NO"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: what was checked, its state, and what to do about it."""

    name: str
    state: State
    says: str
    do: str = ""


def add(commands: Commands) -> None:
    """Add the command."""
    commands.add(
        "check",
        _check,
        "check everything that the bot needs, and say how to fix what is wrong",
        _MORE,
        examples=("alongside check", "alongside check --json"),
        as_json=True,
    )


def _check(given: argparse.Namespace) -> Exit:
    chosen = settings.load()
    with progress("Checking"):
        found = asyncio.run(_findings(chosen))
    is_well = all(each.state is not State.WRONG for each in found)
    if given.json:
        say_json({"ok": is_well, "checks": [asdict(each) for each in found]})
    else:
        for each in found:
            say(f"{_MARKS[each.state]}  {each.name}: {each.says}")
            if each.do:
                say(f"      {each.do}")
    return Exit.DONE if is_well else Exit.FAILED


async def _findings(chosen: Settings) -> list[Finding]:
    engine = engine_for(chosen)
    there = [each async for each in _discord(chosen, engine)]
    try:
        seen = await engine.inspect()
        noted = await engine.read_note(SCHEMA_NOTE) if seen.version > newest_version() else None
        database = list(_database(engine.location, seen, noted))
        database += _processes(chosen.shard_layout, seen.served)
    except (ConfigurationError, TransientError, OSError) as error:
        seen = None
        says, do = f"{engine.location}: {error}", "See Back up and restore in docs/operating.md."
        database = [Finding("database", State.WRONG, says, do)]
    return [
        *there,
        *_settings_file(),
        *database,
        _disk(engine.folder, seen.size if seen else 0),
        _backups(engine.folder / "backups"),
        _published(chosen),
        _zones(),
        *_locales(chosen),
    ]


async def _discord(chosen: Settings, engine: Engine) -> AsyncIterator[Finding]:
    try:
        info = await preflight.fetch_gateway_info(chosen)
    except ConfigurationError as error:
        yield Finding(
            "token", State.WRONG, str(error), "Copy it again from Discord's Developer Portal, page Bot."
        )
        return
    except preflight.DiscordUnavailableError as error:
        yield Finding("token", State.WRONG, str(error), "Look at the network and at discordstatus.com.")
        return
    yield Finding("token", State.OK, "Discord accepts it")
    starts = info.starts
    yield Finding("session starts", State.OK, f"{starts.remaining} of {starts.total} are left today")
    if info.shards > (chosen.shard_count or 1):
        yield Finding(
            "shards",
            State.LOOK,
            f"Discord recommends {info.shards}",
            f"Set ALONGSIDE_SHARD_COUNT={info.shards}.",
        )
    if chosen.clock_url:
        yield Finding("clock", State.OK, "that of ALONGSIDE_CLOCK_URL")
    else:
        yield _clock(info.clock_is_ahead)
    try:
        async for each in _application(chosen, engine):
            yield each
    except (ConfigurationError, TransientError) as error:
        yield Finding("application", State.WRONG, str(error), "Try again, then look at discordstatus.com.")


async def _application(chosen: Settings, engine: Engine) -> AsyncIterator[Finding]:
    noted = await _read_command_note(engine)
    async with logged_in(chosen) as client:
        yield Finding(
            "intents",
            State.OK,
            f"{client.intents.value}: none is privileged, so there is nothing to turn on",
        )
        asked = f"client_id={client.application_id}&scope=bot+applications.commands&permissions={_CARDS}"
        yield Finding(
            "permissions",
            State.OK,
            f"{_CARDS} for cards; to invite: https://discord.com/oauth2/authorize?{asked}",
        )
        if client.application is not None and client.application.interactions_endpoint_url:
            yield Finding(
                "interactions",
                State.WRONG,
                "Discord sends them to a URL, so no command and no button reaches this bot",
                "Clear Interactions Endpoint URL in Discord's Developer Portal, page General Information.",
            )
        if await command_sync.is_noted(client, noted):
            yield Finding("commands", State.OK, "Discord has this version's commands")
        else:
            do = "The next start of the bot sends them. To send them now: alongside sync."
            yield Finding("commands", State.LOOK, "Discord doesn't have this version's commands yet", do)


async def _read_command_note(engine: Engine) -> str | None:
    try:
        return await engine.read_note(command_sync.NOTE_NAME)
    except (ConfigurationError, TransientError):
        return None  # the check of the database says why


def _clock(ahead: timedelta | None) -> Finding:
    if ahead is None:
        return Finding("clock", State.LOOK, "I couldn't compare it: Discord's answers had no time")
    if abs(ahead) <= _CLOCK_IS_RIGHT:
        return Finding("clock", State.OK, "it agrees with Discord's")
    state = State.WRONG if abs(ahead) > TOLERANCE else State.LOOK
    return Finding("clock", state, describe_offset(ahead), "Let NTP set it: timedatectl set-ntp true.")


def _settings_file() -> Iterator[Finding]:
    """Warn of a settings file that others on this machine can read: it holds the token."""
    file = Path(".env")
    if os.name != "posix" or not file.is_file():
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        says = f"{file.absolute()} can be read by others on this machine, and the token is in it"
        yield Finding("settings", State.LOOK, says, f"chmod 600 {file.absolute()}")
    else:
        yield Finding("settings", State.OK, f"only you can read {file.absolute()}")


def _database(where: str, seen: Inspection, noted: str | None) -> Iterator[Finding]:
    newest = newest_version()
    if seen.version == 0:
        yield Finding("database", State.OK, f"there is none at {where} yet; the first start makes it")
        return
    if seen.damage:
        yield Finding("database", State.WRONG, seen.damage, "Stop the bot first.")
    elif not can_serve(newest, seen.version, noted):
        says = f"{where} is of version {seen.version}, and this program knows {newest}"
        yield Finding("database", State.WRONG, says, "Start the newer program, or restore an older backup.")
    elif seen.version < newest:
        says = f"{where} is of version {seen.version} of {newest}"
        do = "The next start updates it. To update it now: stop the bot, then alongside migrate."
        yield Finding("database", State.LOOK, says, do)
    else:
        says = f"{where}, {seen.size:,} bytes, version {seen.version}, undamaged"
        yield Finding("database", State.OK, says)
    state = State.LOOK if seen.advice else State.OK
    yield Finding("encryption", state, seen.encryption, seen.advice)


def _processes(layout: ShardLayout, served: Collection[tuple[ShardLayout, int]]) -> Iterator[Finding]:
    """Say how many ranges of shards are served, where there are several."""
    if layout.ranges > 1:
        count = sum(each == layout for each, _ in served)
        state = State.OK if count == layout.ranges else State.LOOK
        do = "" if state is State.OK else "Start more processes, or look in their logs why they wait."
        yield Finding("processes", state, f"{count} of {layout.ranges} ranges of shards are served", do)


def _disk(folder: Path, size: int) -> Finding:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    free = shutil.disk_usage(there).free
    enough = max(_ENOUGH_BYTES, 3 * size)  # the database, a copy while it is changed, its log
    if free >= enough:
        return Finding("disk", State.OK, f"{free // 1_000_000:,} MB free")
    says = f"{free // 1_000_000:,} MB free, and {enough // 1_000_000:,} MB are needed"
    return Finding("disk", State.WRONG, says, f"Make room on the disk of {there}.")


def _backups(folder: Path) -> Finding:
    newest = max(_made_at(folder), default=None)
    do = "Run alongside backup every day. If you use --to, look there yourself."
    if newest is None:
        return Finding("backups", State.LOOK, f"there is none in {folder}", do)
    age = SystemClock().now() - newest
    state = State.OK if age <= _BACKUP_IS_NEW else State.LOOK
    return Finding(
        "backups", state, f"the newest is from {newest:%Y-%m-%d %H:%M} UTC", "" if state is State.OK else do
    )


def _made_at(folder: Path) -> Iterator[datetime]:
    for path in folder.glob("alongside-*"):
        if found := BACKUP_NAME.fullmatch(path.name):
            yield datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _published(chosen: Settings) -> Finding:
    """Return whether the settings name what Discord's Developer Policy asks an operator to publish."""
    wanted = {
        "ALONGSIDE_PRIVACY_POLICY_URL": chosen.links.privacy_policy,
        "ALONGSIDE_TERMS_URL": chosen.links.terms,
        "ALONGSIDE_REPORT_TO": chosen.links.report,
    }
    missing = [name for name, given in wanted.items() if not given]
    if not missing:
        return Finding("policy and terms", State.OK, "set, and where to report problems too")
    says = f"not set: {', '.join(missing)}"
    return Finding(
        "policy and terms", State.LOOK, says, "See Publish a privacy policy and terms in docs/operating.md."
    )


def _zones() -> Finding:
    count = len(zoneinfo.available_timezones())
    try:
        zoneinfo.ZoneInfo("Europe/Berlin")
    except zoneinfo.ZoneInfoNotFoundError:
        return Finding("time zones", State.WRONG, "there is no tz database", "Install the package tzdata.")
    folders = [each for each in zoneinfo.TZPATH if Path(each).is_dir()]
    source = f"from {folders[0]}" if folders else f"from the package tzdata {version('tzdata')}"
    return Finding("time zones", State.OK, f"{count} {source}")


def _locales(chosen: Settings) -> Iterator[Finding]:
    found = catalogue.locales()
    yield Finding("languages", State.OK, ", ".join(found))
    if chosen.default_locale not in found:
        says = f"ALONGSIDE_DEFAULT_LOCALE={chosen.default_locale} has no catalogue"
        do = f"Choose one of {', '.join(found)}, or add its file."
        yield Finding("languages", State.LOOK, says, do)
