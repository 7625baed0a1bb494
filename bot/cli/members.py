"""`alongside export-user` and `alongside erase-user`: for a member who asks the operator."""

import argparse
import asyncio
import sys

from bot import settings
from bot.cli.beside import open_services
from bot.cli.commands import Commands, progress, say, say_json
from bot.cli.exits import Exit
from bot.storage.engine import engine_for

_EXPORT = """\
Prints the same JSON document as /my-data export; docs/export.md describes it. Make sure that the member
asked for it, and delete your copy afterwards."""
_ERASE = """\
Does what /my-data delete does, for a member who asks you. It can't be undone, so try --dry-run first. The
bot can run meanwhile: a name or a seat leaves an open card within a minute. What was deleted
is overwritten in the database's files, as soon as nothing reads it and the disk has room for that."""


def add(commands: Commands) -> None:
    """Add both commands."""
    for parser in (
        commands.add(
            "export-user",
            _export,
            "print everything that is saved about a member, as JSON",
            _EXPORT,
            examples=("alongside export-user 80351110224678912 > their-data.json",),
        ),
        erase := commands.add(
            "erase-user",
            _erase,
            "delete everything that is saved about a member",
            _ERASE,
            examples=(
                "alongside erase-user --dry-run 80351110224678912",
                "alongside erase-user 80351110224678912",
            ),
            as_json=True,
        ),
    ):
        parser.add_argument("member", type=_id, metavar="ID", help="the member's Discord ID")
        parser.add_argument(
            "--server", type=_id, metavar="ID", help="only in this server (default: in all)"
        )
    erase.add_argument("--dry-run", action="store_true", help="only say what would be deleted")


def _id(typed: str) -> int:
    if not typed.isdecimal() or not 0 < int(typed) < 1 << 63:
        raise argparse.ArgumentTypeError(f"{typed!r} is not a Discord ID: those are all digits")
    return int(typed)


def _export(given: argparse.Namespace) -> Exit:
    return asyncio.run(_export_member(given.member, given.server))


def _erase(given: argparse.Namespace) -> Exit:
    return asyncio.run(_erase_member(given))


async def _export_member(member_id: int, guild_id: int | None) -> Exit:
    path = engine_for(settings.load_stored()).location
    with progress(f"Reading {path}"):
        async with open_services() as services:
            document = await services.member_data.export(member_id, guild_id)
    sys.stdout.write(f"{document.decode()}\n")
    return Exit.DONE


async def _erase_member(given: argparse.Namespace) -> Exit:
    path = engine_for(settings.load_stored()).location
    async with open_services() as services:
        found = await services.member_data.rows(given.member, given.server)
        counts = {each.table.table: len(each.rows) for each in found if each.rows}
        if not given.dry_run:
            await services.erasure.erase_member(given.member, given.server, by_operator=True)
    rows = sum(counts.values())
    if given.json:
        say_json({"database": path, "deleted": not given.dry_run, "rows": rows, "tables": counts})
        return Exit.DONE
    for table, count in counts.items():
        say(f"{table}: {count}")
    if given.dry_run:
        say(f"{rows} rows would be deleted from {path}. Nothing was changed.")
    else:
        where = "that server" if given.server else "any server"
        say(f"Deleted: {rows} rows from {path}. Nothing about the member is saved for {where} any more.")
    return Exit.DONE
