"""Everything that exists in the sandbox, with lookups. `get_` lookups raise Discord's errors."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.state.errors import refused, unknown
from sandbox.state.models import (
    App,
    Channel,
    ChannelType,
    Command,
    Guild,
    Interaction,
    Member,
    Message,
    ScheduledEvent,
    Unread,
    User,
)


@dataclass(eq=False, repr=False)
class World:
    """Everything that exists, keyed by id."""

    app: App
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    dms: dict[int, Channel] = field(default_factory=dict)  # by channel id
    commands: dict[int, Command] = field(default_factory=dict)
    interactions: dict[int, Interaction] = field(default_factory=dict)
    unread: dict[tuple[int, int], Unread] = field(default_factory=dict)  # (user, channel)
    dm_of: dict[int, int] = field(default_factory=dict)  # user id -> DM channel id
    guild_of: dict[int, int] = field(default_factory=dict)  # channel id -> guild id

    def add_guild(self, guild: Guild) -> None:
        """Add a server with its channels and members."""
        self.guilds[guild.id] = guild
        for channel in guild.channels.values():
            self.guild_of[channel.id] = guild.id
        for member in guild.members.values():
            self.users[member.user.id] = member.user

    def add_channel(self, guild: Guild, channel: Channel) -> None:
        """Add a channel to a server."""
        channel.guild_id = guild.id
        guild.channels[channel.id] = channel
        self.guild_of[channel.id] = guild.id

    def has_bot(self, guild: Guild) -> bool:
        """Whether the bot is a member of the server."""
        return self.app.user.id in guild.members

    def bot_guilds(self) -> list[Guild]:
        """Every server that the bot is in, unavailable ones too."""
        return [guild for guild in self.guilds.values() if self.has_bot(guild)]

    def get_guild(self, guild_id: int) -> Guild:
        """Return a server of the bot.

        Raises `DiscordError` 10004 if there is none, 50001 if the bot is not in it.
        """
        guild = self.guilds.get(guild_id)
        if guild is None:
            raise unknown("guild")
        if not self.has_bot(guild):
            raise refused(50001)
        return guild

    def channels(self) -> list[Channel]:
        """Return the channels and threads of all servers, and the DMs."""
        return [*(c for g in self.guilds.values() for c in g.channels.values()), *self.dms.values()]

    def find_channel(self, channel_id: int) -> Channel | None:
        """Return the channel, thread or DM with the id."""
        if channel_id in self.dms:
            return self.dms[channel_id]
        guild = self.guilds.get(self.guild_of.get(channel_id, 0))
        return guild.channels.get(channel_id) if guild else None

    def get_channel(self, channel_id: int) -> Channel:
        """Return the channel; raises `DiscordError` 10003."""
        channel = self.find_channel(channel_id)
        if channel is None:
            raise unknown("channel")
        return channel

    def find_guild_of(self, channel: Channel) -> Guild | None:
        """Return the server of a channel, None for a DM."""
        return self.guilds.get(channel.guild_id) if channel.guild_id else None

    def get_member(self, guild: Guild, user_id: int) -> Member:
        """Return a membership; raises `DiscordError` 10007, or 10013 if there is no such user."""
        if user_id not in self.users:
            raise unknown("user")
        if user_id not in guild.members:
            raise unknown("member")
        return guild.members[user_id]

    def get_message(self, channel: Channel, message_id: int) -> Message:
        """Return a message that is not ephemeral; raises `DiscordError` 10008."""
        message = channel.messages.get(message_id)
        if message is None or message.ephemeral_to is not None:
            raise unknown("message")
        return message

    def get_event(self, guild: Guild, event_id: int) -> ScheduledEvent:
        """Return a scheduled event; raises `DiscordError` 10070."""
        event = guild.events.get(event_id)
        if event is None:
            raise unknown("event")
        return event

    def find_dm(self, user_id: int) -> Channel | None:
        """Return the bot's DM with a person, if it was ever opened."""
        return self.dms.get(self.dm_of.get(user_id, 0))

    def open_dm(self, user_id: int, channel_id: int) -> Channel:
        """Return the bot's DM with a person; create it with the given id if there is none."""
        channel = self.find_dm(user_id)
        if channel is None:
            channel = Channel(id=channel_id, type=ChannelType.DM, name="", recipients=[user_id])
            self.dms[channel.id] = channel
            self.dm_of[user_id] = channel.id
        return channel

    def shares_guild(self, user_id: int) -> bool:
        """Whether the person and the bot have a server in common."""
        return any(user_id in guild.members for guild in self.bot_guilds())

    def people(self) -> list[User]:
        """Return the people who can be chosen on the page, in order."""
        return [user for user in self.users.values() if user.on_page and not user.bot]

    def find_user(self, name_or_id: str | int) -> User | None:
        """Return the person or bot with this id, name or display name."""
        if isinstance(name_or_id, int):
            return self.users.get(name_or_id)
        for user in self.users.values():
            if name_or_id in {user.name, user.display, str(user.id)}:
                return user
        wanted = name_or_id.lower()
        return next((u for u in self.users.values() if u.name.lower() == wanted), None)

    def get_command(self, command_id: int, guild_id: int | None) -> Command:
        """Return a command of that scope; raises `DiscordError` 10063."""
        command = self.commands.get(command_id)
        if command is None or command.guild_id != guild_id:
            raise unknown("command")
        return command

    def commands_of(self, guild_id: int | None) -> list[Command]:
        """Return the commands registered in one scope; None is global."""
        return [c for c in self.commands.values() if c.guild_id == guild_id]

    def get_interaction(self, interaction_id: int, token: str) -> Interaction:
        """Return an interaction; raises `DiscordError` 10062."""
        interaction = self.interactions.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise unknown("interaction")
        return interaction

    def get_interaction_by_token(self, token: str) -> Interaction:
        """Return the interaction with the token; raises `DiscordError` 10015."""
        for interaction in reversed(self.interactions.values()):
            if interaction.token == token:
                return interaction
        raise unknown("webhook")

    def audience(self, channel: Channel) -> list[User]:
        """Return all members of the channel's server, or both sides of a DM, whatever their permissions."""
        guild = self.find_guild_of(channel)
        if guild is None:
            return [self.users[i] for i in channel.recipients] + [self.app.user]
        return [member.user for member in guild.members.values()]
