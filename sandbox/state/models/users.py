"""User accounts and the application that is tested."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False)
class User:
    """The account of a person or the bot.

    `hue` is the avatar's colour in degrees. People with `on_page` can be chosen on the page.
    """

    id: int
    name: str
    display: str
    hue: int = 0
    bot: bool = False
    locale: str = "en-US"
    dms_open: bool = True
    on_page: bool = True


@dataclass(eq=False)
class App:
    """The application under test, with its settings in Discord's developer portal."""

    id: int
    name: str
    token: str
    user: User
    privileged_intents: int = 0
    connected: bool = False  # whether every shard of the bot has a gateway session and a connection
