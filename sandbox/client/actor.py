"""What people do: the one API behind the page and the tests. Long, as people do many things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.client import commands, modals
from sandbox.client.commands import ClientRefusal, Values
from sandbox.client.modals import Modal
from sandbox.client.replies import Reply
from sandbox.state import components as c
from sandbox.state import interactions, messages, payloads, permissions
from sandbox.state.models import (
    Channel,
    ChannelType,
    Interaction,
    Json,
    Kind,
    Message,
    ScheduledEvent,
    User,
    VoiceState,
)
from sandbox.state.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.state.simulation import Core


__all__ = ["Actor", "ClientRefusal", "Modal", "Reply"]


class Actor:
    """One person and all that person can do."""

    def __init__(self, core: Core, user: User) -> None:
        self._core = core
        self.user = user

    @property
    def id(self) -> int:
        """The person's user id."""
        return self.user.id

    def channel(self, wanted: Channel | str | int | None) -> Channel:
        """Return a channel by itself, id or name; None is the DM with the bot.

        Raises `ClientRefusal` where the person sees none such.
        """
        world = self._core.world
        if wanted is None:
            return self._dm()
        if isinstance(wanted, Channel):
            found: Channel | None = wanted
        elif str(wanted).isdecimal():
            found = world.find_channel(int(wanted))
        else:
            mine = [g for g in world.guilds.values() if self.user.id in g.members]
            names = [commands.find_channel(self._core, self.user, g, wanted) for g in mine]
            found = next((one for one in names if one), None)
        if found is None or not permissions.sees(world, self.user.id, found):
            raise ClientRefusal(f"{self.user.display} sees no channel {wanted}")
        return found

    def _dm(self) -> Channel:
        world = self._core.world
        return world.find_dm(self.user.id) or world.open_dm(self.user.id, self._core.mint.next())

    async def run(
        self,
        path: str,
        channel: Channel | str | int | None = None,
        options: Mapping[str, object] | None = None,
        **more: object,
    ) -> Reply:
        """Use a slash command; options by name (those named like a parameter through `options`).

        Raises `ClientRefusal` for what Discord's client does not let people do.
        """
        return await self._answered(self.begin_run(path, channel, {**(options or {}), **more}))

    def begin_run(
        self, path: str, channel: Channel | str | int | None, given: Mapping[str, object]
    ) -> Interaction:
        """Use a slash command without waiting for the answer."""
        place = self.channel(channel)
        command, steps, options = commands.find(self._core, self.user, place, path)
        values = Values(self._core, self.user, place)
        typed = values.typed(options, given)
        data = _command_data(command.id, command.name, steps, typed, values)
        if command.guild_id is not None:
            data["guild_id"] = str(command.guild_id)
        words = " ".join(path.removeprefix("/").split())
        return interactions.start(self._core, Kind.COMMAND, self.user, place, data, path=words)

    async def complete(
        self,
        path: str,
        focused: str,
        text: str,
        channel: Channel | str | int | None = None,
        others: Mapping[str, object] | None = None,
    ) -> list[Json]:
        """Type into an option with autocomplete; returns the choices, [] where none came in time."""
        place = self.channel(channel)
        command, steps, options = commands.find(self._core, self.user, place, path)
        option = next((o for o in options if o["name"] == focused), None)
        if option is None or not option.get("autocomplete"):
            raise ClientRefusal(f"the option {focused} does not complete")
        values = Values(self._core, self.user, place)
        typed = values.typed(options, {**(others or {}), focused: text}, focused)
        data = _command_data(command.id, command.name, steps, typed, values)
        reply = await self._answered(
            interactions.start(self._core, Kind.AUTOCOMPLETE, self.user, place, data)
        )
        return reply.interaction.choices or []

    async def click(self, message: Message, button: str) -> Reply:
        """Click a button by label or custom id."""
        return await self._answered(self.begin_click(message, button))

    def begin_click(self, message: Message, button: str) -> Interaction:
        """Click a button without waiting for the answer."""
        self._look_at(message)
        buttons = [one for _, one in c.walk(message.components) if one["type"] == c.BUTTON]
        found = [one for one in buttons if button in {one.get("custom_id"), one.get("label")}]
        if not found:
            raise ClientRefusal(f"the message has no button {button}")
        one = found[0]
        if one.get("disabled"):
            raise ClientRefusal(f"the button {button} is disabled")
        if not one.get("custom_id"):
            raise ClientRefusal(f"the button {button} only opens an address")
        data = {"component_type": c.BUTTON, "custom_id": one["custom_id"], "id": one["id"]}
        return self._touch(message, data)

    async def choose(self, message: Message, select: str, chosen: list[object]) -> Reply:
        """Choose in a select menu, named by custom id or placeholder."""
        return await self._answered(self.begin_choose(message, select, chosen))

    def begin_choose(self, message: Message, select: str, chosen: list[object]) -> Interaction:
        """Choose in a select menu without waiting for the answer."""
        self._look_at(message)
        selects = [one for _, one in c.walk(message.components) if one["type"] in c.SELECTS]
        found = [o for o in selects if select in {o.get("custom_id"), o.get("placeholder")}]
        if not found:
            raise ClientRefusal(f"the message has no menu {select}")
        one = found[0]
        if one.get("disabled"):
            raise ClientRefusal(f"the menu {select} is disabled")
        values = Values(self._core, self.user, self._place(message))
        picked = modals.choice(one, select, chosen, values)
        data: Json = {"component_type": one["type"], "custom_id": one["custom_id"], "id": one["id"]}
        data |= {"values": picked} | ({"resolved": values.resolved} if values.resolved else {})
        return self._touch(message, data)

    async def submit(self, modal: Modal, given: Mapping[str, object]) -> Reply:
        """Send a form; values by label or custom id, in a form's own defaults where not given."""
        return await self._answered(self.begin_submit(modal, given))

    def begin_submit(self, modal: Modal, given: Mapping[str, object]) -> Interaction:
        """Send a form without waiting for the answer."""
        opener = modal.interaction
        if opener.user is not self.user or opener.modal_used:
            raise ClientRefusal("the form is not open")
        values = Values(self._core, self.user, opener.channel)
        parts = modals.filled(modal, given, values)
        opener.modal_used = True
        data: Json = {"custom_id": modal.custom_id, "components": parts}
        data |= {"resolved": values.resolved} if values.resolved else {}
        return interactions.start(
            self._core,
            Kind.MODAL,
            self.user,
            opener.channel,
            data,
            source=opener.source,
            parent=opener,
        )

    async def _answered(self, interaction: Interaction) -> Reply:
        await interaction.answered
        return Reply(self._core, interaction)

    def _place(self, message: Message) -> Channel:
        return self._core.world.get_channel(message.channel_id)

    def _look_at(self, message: Message) -> None:
        if message.deleted or message not in self.sees(self._place(message)):
            raise ClientRefusal(f"{self.user.display} does not see that message")

    def _touch(self, message: Message, data: Json) -> Interaction:
        place = self._place(message)
        kind = Kind.COMPONENT
        return interactions.start(self._core, kind, self.user, place, data, source=message)

    def sees(self, channel: Channel | str | int | None) -> list[Message]:
        """Return what the person sees in a channel, ephemerals included, oldest first."""
        return messages.visible(self._core, self.user, self.channel(channel))

    def dm(self) -> list[Message]:
        """Return the messages of the person's DM with the bot; [] where there is none yet."""
        channel = self._core.world.find_dm(self.user.id)
        return messages.visible(self._core, self.user, channel) if channel else []

    def say(self, channel: Channel | str | int | None, content: str) -> Message:
        """Post a message of the person's own."""
        place = self.channel(channel)
        bits = permissions.of_user(self._core.world, self.user.id, place)
        if not place.type.has_messages or not bits & Permission.SEND_MESSAGES:
            raise ClientRefusal(f"{self.user.display} cannot write in {place.name}")
        if not 0 < len(content.strip()) <= 2000:  # noqa: PLR2004 - Discord's length
            raise ClientRefusal("a message has 1 to 2,000 characters")
        message = messages.compose(self._core, place, {"content": content}, author=self.user)
        messages.post(self._core, message)
        return message

    def delete(self, message: Message) -> None:
        """Delete a message: one's own, or others' with Manage Messages; dismiss an ephemeral."""
        self._look_at(message)
        if message.ephemeral_to == self.user.id:
            messages.remove(self._core, message)
            return
        bits = permissions.of_user(self._core.world, self.user.id, self._place(message))
        if message.author_id != self.user.id and not bits & Permission.MANAGE_MESSAGES:
            raise ClientRefusal(f"{self.user.display} cannot delete that message")
        messages.remove(self._core, message)

    def read(self, channel: Channel | str | int | None) -> None:
        """Mark a channel as read."""
        place = self.channel(channel)
        unread = self._core.world.unread.pop((self.user.id, place.id), None)
        if unread is not None:
            unread.count = unread.loud = 0
            self._core.signal("unread", user=self.user, channel=place, unread=unread)

    def close_dms(self) -> None:
        """Take no direct messages from the bot: its sends fail with 50007."""
        self.user.dms_open = False
        self._core.signal("state")

    def open_dms(self) -> None:
        """Take direct messages again."""
        self.user.dms_open = True
        self._core.signal("state")

    def join_voice(self, channel: Channel | str | int) -> None:
        """Join or move to a voice channel; SPEAK is looked at now and not again."""
        place = self.channel(channel)
        guild = self._core.world.find_guild_of(place)
        if guild is None or place.type not in {ChannelType.VOICE, ChannelType.STAGE}:
            raise ClientRefusal("that is no voice channel")
        bits = permissions.of_user(self._core.world, self.user.id, place)
        inside = [v for i, v in guild.voice.items() if v.channel_id == place.id and i != self.id]
        if not bits & Permission.CONNECT:
            raise ClientRefusal(f"{self.user.display} cannot connect to {place.name}")
        if place.user_limit and len(inside) >= place.user_limit and not bits & Permission.MOVE_MEMBERS:
            raise ClientRefusal(f"{place.name} is full")
        for other in self._core.world.guilds.values():
            if other is not guild and self.user.id in other.voice:
                self.leave_voice()
        session = f"{self._core.mint.next():x}"
        suppress = not bits & Permission.SPEAK or place.type == ChannelType.STAGE
        state = VoiceState(self.user.id, place.id, session, suppress)
        guild.voice[self.user.id] = state
        data = payloads.voice_state(guild, state)
        self._core.dispatch("VOICE_STATE_UPDATE", data, guild.id)
        self._core.signal("state")

    def leave_voice(self) -> None:
        """Leave voice; nothing happens where the person is in none."""
        for guild in self._core.world.guilds.values():
            state = guild.voice.pop(self.user.id, None)
            if state is not None:
                data = payloads.voice_state(guild, state, left=True)
                self._core.dispatch("VOICE_STATE_UPDATE", data, guild.id)
        self._core.signal("state")

    def interested(self, event: ScheduledEvent, on: bool) -> None:
        """Mark oneself as interested in a scheduled event, or not."""
        guild = self._core.world.guilds[event.guild_id]
        if self.user.id not in guild.members or event.id not in guild.events:
            raise ClientRefusal(f"{self.user.display} does not see that event")
        if on == (self.user.id in event.interested):
            return
        (event.interested.add if on else event.interested.discard)(self.user.id)
        name = f"GUILD_SCHEDULED_EVENT_USER_{'ADD' if on else 'REMOVE'}"
        data = {
            "guild_scheduled_event_id": str(event.id),
            "user_id": str(self.user.id),
            "guild_id": str(guild.id),
        }
        self._core.dispatch(name, data, guild.id)
        self._core.signal("state")


def _command_data(command_id: int, name: str, steps: list[Json], typed: list[Json], values: Values) -> Json:
    options = typed
    for step in reversed(steps):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    data: Json = {"id": str(command_id), "name": name, "type": 1, "options": options}
    return data | ({"resolved": values.resolved} if values.resolved else {})
