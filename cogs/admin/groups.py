"""The groups of set-up's commands. Discord shows them to managers; every desk checks again."""

import discord
from discord import app_commands

quiet = app_commands.Group(
    name="quiet",
    description="Set up quiet rooms",
    guild_only=True,
    default_permissions=discord.Permissions(manage_guild=True),
)
room = app_commands.Group(name="room", description="Rooms", parent=quiet)
prompt = app_commands.Group(name="prompt", description="Check-in texts of this server's own", parent=quiet)
schedule = app_commands.Group(name="schedule", description="Recurring times", parent=quiet)
checkins = app_commands.Group(name="checkins", description="Open check-ins", parent=quiet)
