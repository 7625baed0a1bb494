"""Consents to a text that has changed since."""

import sqlite3
from contextlib import closing

from bot.privacy.consent.model import Purpose
from tests.world import World


def outdate(world: World, *purposes: Purpose) -> None:
    """Let saved consents to these purposes be to a text from before the first version."""
    with closing(sqlite3.connect(world.folder / "alongside.db", isolation_level=None)) as connection:
        for purpose in purposes:
            connection.execute("UPDATE consent SET version = 0 WHERE purpose = ?", (purpose,))
