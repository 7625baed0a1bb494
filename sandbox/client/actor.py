"""A person who uses Discord's client in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from sandbox.client.channels import get_channel
from sandbox.client.commands import command_data, get_command
from sandbox.client.errors import ClientRefusal
from sandbox.client.membership import Membership
from sandbox.client.modals import Modal, selected_values, submitted_components
from sandbox.client.moderation import Moderator
from sandbox.client.replies import Reply
from sandbox.client.values import ValueResolver
from sandbox.state import components as c
from sandbox.state import interactions, messages, permissions, reactions, scheduled_events, voice
from sandbox.state.models import (
    LOCALES,
    Channel,
    Guild,
    Interaction,
    InteractionType,
    Json,
    Message,
    ScheduledEvent,
    User,
)
from sandbox.state.permissions import Permission
from sandbox.state.simulation import Simulation

MAX_MESSAGE_LENGTH = 2000
_Place: TypeAlias = Channel | str | int | None


class Actor:
    """One person with everything that the person can do. The page and the tests act through it."""

    def __init__(self, simulation: Simulation, user: User) -> None:
        self._simulation = simulation
        self.user = user

    @property
    def id(self) -> int:
        """The person's user id."""
        return self.user.id

    def channel(self, wanted: Channel | str | int | None) -> Channel:
        """Return a channel by record, id or name; None is the DM with the bot.

        Raises `ClientRefusal` if the person does not see it.
        """
        return get_channel(self._simulation, self.user, wanted)

    async def run(
        self,
        path: str,
        channel: Channel | str | int | None = None,
        options: Mapping[str, object] | None = None,
        **more: object,
    ) -> Reply:
        """Run a slash command and return the first response.

        Options are given by name; those named like a parameter go into `options`.
        Raises `ClientRefusal` for what Discord's client does not allow.
        """
        return await self._wait_for_response(self.begin_run(path, channel, {**(options or {}), **more}))

    def begin_run(self, path: str, channel: _Place, given: Mapping[str, object]) -> Interaction:
        """Run a slash command without waiting for the response."""
        target = self.channel(channel)
        command, steps, options = get_command(self._simulation, self.user, target, path)
        values = ValueResolver(self._simulation, self.user, target)
        typed = values.options(options, given)
        data = command_data(command, steps, typed, values.resolved)
        if command.guild_id is not None:
            data["guild_id"] = str(command.guild_id)
        words = " ".join(path.removeprefix("/").split())
        return interactions.start(
            self._simulation, InteractionType.COMMAND, self.user, target, data, command_path=words
        )

    async def complete(
        self,
        path: str,
        focused: str,
        text: str,
        channel: Channel | str | int | None = None,
        others: Mapping[str, object] | None = None,
    ) -> list[Json]:
        """Type into an option with autocomplete and return the choices, [] if none came in time."""
        begun = self.begin_complete(path, focused, text, channel, others or {})
        return (await self._wait_for_response(begun)).interaction.choices or []

    def begin_complete(
        self, path: str, focused: str, text: str, channel: _Place, others: Mapping[str, object]
    ) -> Interaction:
        """Type into an option with autocomplete without waiting for the choices."""
        target = self.channel(channel)
        command, steps, options = get_command(self._simulation, self.user, target, path)
        option = next((o for o in options if o["name"] == focused), None)
        if option is None or not option.get("autocomplete"):
            raise ClientRefusal(f"the option {focused} has no autocomplete")
        values = ValueResolver(self._simulation, self.user, target)
        typed = values.options(options, {**others, focused: text}, focused)
        data = command_data(command, steps, typed, values.resolved)
        return interactions.start(self._simulation, InteractionType.AUTOCOMPLETE, self.user, target, data)

    async def click(self, message: Message, button: str) -> Reply:
        """Click a button, given by label or custom id, and return the first response."""
        return await self._wait_for_response(self.begin_click(message, button))

    def begin_click(self, message: Message, button: str) -> Interaction:
        """Click a button without waiting for the response."""
        self._require_visible(message)
        buttons = [one for _, one in c.walk(message.components) if one["type"] == c.BUTTON]
        found = [one for one in buttons if button in {one.get("custom_id"), one.get("label")}]
        if not found:
            raise ClientRefusal(f"the message has no button {button}")
        one = found[0]
        if one.get("disabled"):
            raise ClientRefusal(f"the button {button} is disabled")
        if not one.get("custom_id"):
            raise ClientRefusal(f"the button {button} only opens a link")
        data = {"component_type": c.BUTTON, "custom_id": one["custom_id"], "id": one["id"]}
        return self._use_component(message, data)

    async def choose(self, message: Message, select: str, chosen: list[object]) -> Reply:
        """Choose in a select menu, given by custom id or placeholder, and return the first response."""
        return await self._wait_for_response(self.begin_choose(message, select, chosen))

    def begin_choose(self, message: Message, select: str, chosen: list[object]) -> Interaction:
        """Choose in a select menu without waiting for the response."""
        self._require_visible(message)
        selects = [one for _, one in c.walk(message.components) if one["type"] in c.SELECTS]
        found = [o for o in selects if select in {o.get("custom_id"), o.get("placeholder")}]
        if not found:
            raise ClientRefusal(f"the message has no menu {select}")
        one = found[0]
        if one.get("disabled"):
            raise ClientRefusal(f"the menu {select} is disabled")
        values = ValueResolver(self._simulation, self.user, self._channel_of(message))
        picked = selected_values(one, select, chosen, values)
        data: Json = {"component_type": one["type"], "custom_id": one["custom_id"], "id": one["id"]}
        data |= {"values": picked} | ({"resolved": values.resolved} if values.resolved else {})
        return self._use_component(message, data)

    async def submit(self, modal: Modal, given: Mapping[str, object]) -> Reply:
        """Submit a modal and return the first response.

        Values are given by label or custom id; fields without one keep their defaults.
        """
        return await self._wait_for_response(self.begin_submit(modal, given))

    def begin_submit(self, modal: Modal, given: Mapping[str, object]) -> Interaction:
        """Submit a modal without waiting for the response."""
        opener = modal.interaction
        if opener.user is not self.user or opener.modal_submitted:
            raise ClientRefusal("the form is not open")
        values = ValueResolver(self._simulation, self.user, opener.channel)
        parts = submitted_components(modal, given, values)
        opener.modal_submitted = True
        data: Json = {"custom_id": modal.custom_id, "components": parts}
        data |= {"resolved": values.resolved} if values.resolved else {}
        return interactions.start(
            self._simulation,
            InteractionType.MODAL_SUBMIT,
            self.user,
            opener.channel,
            data,
            source=opener.source,
            parent=opener,
        )

    async def _wait_for_response(self, interaction: Interaction) -> Reply:
        await interaction.answered
        return Reply(self._simulation, interaction)

    def _channel_of(self, message: Message) -> Channel:
        return self._simulation.world.get_channel(message.channel_id)

    def _require_visible(self, message: Message) -> None:
        if message.deleted or message not in self.sees(self._channel_of(message)):
            raise ClientRefusal(f"{self.user.display} does not see that message")

    def _use_component(self, message: Message, data: Json) -> Interaction:
        target = self._channel_of(message)
        kind = InteractionType.COMPONENT
        return interactions.start(self._simulation, kind, self.user, target, data, source=message)

    def sees(self, channel: Channel | str | int | None) -> list[Message]:
        """Return the messages that the person sees in a channel, oldest first, including ephemeral ones."""
        return messages.visible(self._simulation, self.user, self.channel(channel))

    def dm(self) -> list[Message]:
        """Return the messages of the person's DM with the bot, [] if it was never opened."""
        channel = self._simulation.world.find_dm(self.user.id)
        return messages.visible(self._simulation, self.user, channel) if channel else []

    def say(self, channel: Channel | str | int | None, content: str) -> Message:
        """Post a message as the person."""
        target = self.channel(channel)
        bits = permissions.of_user(self._simulation.world, self.user.id, target)
        if not target.type.has_messages or not bits & Permission.SEND_MESSAGES:
            raise ClientRefusal(f"{self.user.display} cannot write in {target.name}")
        if not 0 < len(content.strip()) <= MAX_MESSAGE_LENGTH:
            raise ClientRefusal("a message has 1 to 2,000 characters")
        message = messages.compose(self._simulation, target, {"content": content}, author=self.user)
        messages.post(self._simulation, message)
        return message

    def delete(self, message: Message) -> None:
        """Delete the person's own message, or another's with Manage Messages; dismiss an ephemeral one."""
        self._require_visible(message)
        if message.ephemeral_to == self.user.id:
            messages.delete(self._simulation, message)
            return
        bits = permissions.of_user(self._simulation.world, self.user.id, self._channel_of(message))
        if message.author_id != self.user.id and not bits & Permission.MANAGE_MESSAGES:
            raise ClientRefusal(f"{self.user.display} cannot delete that message")
        messages.delete(self._simulation, message)

    def react(self, message: Message, emoji: str, *, on: bool = True) -> None:
        """React to a message with a Unicode emoji, or take the reaction back.

        Raises `DiscordError` for what Discord refuses.
        """
        self._require_visible(message)
        change = reactions.add if on else reactions.remove
        target = self._channel_of(message)
        change(self._simulation, target, message, reactions.require_emoji(emoji), self.user.id)

    def read(self, channel: Channel | str | int | None) -> None:
        """Mark a channel as read."""
        target = self.channel(channel)
        unread = self._simulation.world.unread.pop((self.user.id, target.id), None)
        if unread is not None:
            unread.count = unread.pings = 0
            self._simulation.notify("unread", user=self.user, channel=target, unread=unread)

    def moderate(self, guild: Guild) -> Moderator:
        """Act as a moderator of a server; raises `ClientRefusal` if the person is not in it."""
        if self.user.id not in guild.members:
            raise ClientRefusal(f"{self.user.display} is not in {guild.name}")
        return Moderator(self._simulation, self.user, guild)

    def membership(self, guild: Guild) -> Membership:
        """Join or leave a server, or leave a thread in it."""
        return Membership(self._simulation, self.user, guild)

    def choose_language(self, locale: str) -> None:
        """Change the language of the person's client. Raises `ClientRefusal` for one that Discord lacks."""
        if locale not in LOCALES:
            raise ClientRefusal(f"Discord has no language {locale}")
        self.user.locale = locale
        self._simulation.notify("state")

    def close_dms(self) -> None:
        """Refuse direct messages from the bot: its sends then fail with 50007."""
        self.user.dms_open = False
        self._simulation.notify("state")

    def open_dms(self) -> None:
        """Accept direct messages again."""
        self.user.dms_open = True
        self._simulation.notify("state")

    def join_voice(self, channel: Channel | str | int) -> None:
        """Join or move to a voice channel."""
        target = self.channel(channel)
        guild = self._simulation.world.find_guild_of(target)
        if guild is None or not target.type.is_vocal:
            raise ClientRefusal("that is not a voice channel")
        bits = permissions.of_user(self._simulation.world, self.user.id, target)
        if not bits & Permission.CONNECT:
            raise ClientRefusal(f"{self.user.display} cannot connect to {target.name}")
        if voice.is_full(guild, target, self.user) and not bits & Permission.MOVE_MEMBERS:
            raise ClientRefusal(f"{target.name} is full")
        voice.join(self._simulation, guild, target, self.user)

    def leave_voice(self) -> None:
        """Leave voice; do nothing if the person is not connected."""
        voice.leave(self._simulation, self.user)

    def interested(self, event: ScheduledEvent, on: bool) -> None:
        """Mark the person as interested in a scheduled event, or as no longer interested."""
        guild = self._simulation.world.guilds[event.guild_id]
        if self.user.id not in guild.members or event.id not in guild.events:
            raise ClientRefusal(f"{self.user.display} does not see that event")
        scheduled_events.set_interest(self._simulation, event, self.user, interested=on)
