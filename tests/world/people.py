"""People in the simulated Discord: what they see, and what they do."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import simcord
from simcord import actors
from simcord.backend import serializers
from simcord.backend.models import Message
from simcord.components import walk_components
from simcord.enums import ComponentType, InteractionType

if TYPE_CHECKING:
    from tests.world.world import World

_SILENT = 1 << 12
_MENTION = re.compile(r"</([^:>]+):\d+>")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a person sees it."""

    env: simcord.Env
    message: Message

    @property
    def id(self) -> int:
        """Its id."""
        return int(self.message.id)

    @property
    def text(self) -> str:
        """All its text, with mentions of commands as Discord shows them."""
        return _MENTION.sub(r"/\1", self.source)

    @property
    def source(self) -> str:
        """All its text as it was sent."""
        texts = [str(each["content"]) for each in self._all() if each["type"] == ComponentType.TEXT_DISPLAY]
        return "\n".join(filter(None, [self.message.content, *texts]))

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons."""
        return [str(each["label"]) for each in self._all() if each["type"] == ComponentType.BUTTON]

    @property
    def is_card(self) -> bool:
        """Whether it is the card of a room."""
        return any(str(each.get("custom_id")).startswith("rooms:how:") for each in self._all())

    @property
    def is_silent(self) -> bool:
        """Whether it came without a notification."""
        return bool(self.message.flags & _SILENT)

    @property
    def is_private(self) -> bool:
        """Whether one person alone sees it."""
        return self.message.is_ephemeral

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted."""
        return self.message.id not in self.env.backend.messages.get(self.message.channel_id, {})

    @property
    def file(self) -> bytes:
        """The one file that came with it."""
        (attachment,) = self.message.attachments
        return self.env.backend.cdn.get(attachment["url"]) or b""

    @property
    def alts(self) -> list[str]:
        """The descriptions of its pictures."""
        galleries = [each for each in self._all() if each["type"] == ComponentType.MEDIA_GALLERY]
        return [str(item["description"]) for each in galleries for item in each["items"]]

    def custom_id(self, name: str) -> str:
        """Return the custom id of the button with the label `name`, or the select with that placeholder."""
        found = [each for each in self._all() if name in (each.get("label"), each.get("placeholder"))]
        assert len(found) == 1, f"{name!r} is not among {self.buttons}"
        return str(found[0]["custom_id"])

    def options(self, placeholder: str) -> list[str]:
        """Return what a select offers."""
        (found,) = [each for each in self._all() if each.get("placeholder") == placeholder]
        return [str(each["label"]) for each in found["options"]]

    def handle(self) -> simcord.ResponseMessage:
        """Return SimCord's handle of the message."""
        return simcord.ResponseMessage(self.env, self.message)

    def _all(self) -> list[dict[str, Any]]:
        return list(walk_components(self.message.components))


class Answer:
    """The answer to an interaction, as the member sees it."""

    def __init__(self, env: simcord.Env, result: simcord.InteractionResult) -> None:
        self.env = env
        self.result = result

    @property
    def private(self) -> list[Shown]:
        """The messages meant for the member alone, oldest first (in direct messages: all)."""
        every = [self.result.response, *self.result.followups]
        shown = [Shown(self.env, each._message) for each in every if each]  # noqa: SLF001 - no public way
        is_direct = self.result._interaction.guild_id is None  # noqa: SLF001 - no public way
        return [each for each in shown if each.is_private or is_direct]

    @property
    def panel(self) -> Shown:
        """The newest of the private messages."""
        return self.private[-1]

    @property
    def text(self) -> str:
        """The text of all private messages."""
        return "\n".join(each.text for each in self.private)

    @property
    def buttons(self) -> list[str]:
        """The labels of the newest private message's buttons."""
        return self.panel.buttons

    @property
    def is_acknowledged(self) -> bool:
        """Whether the bot responded to the interaction."""
        return self.result.acknowledged

    @property
    def form(self) -> dict[str, Any] | None:
        """The form that was opened."""
        return self.result.modal

    def chosen(self) -> dict[str, list[str]]:
        """Return what the form that was opened has chosen in its selects, by their names."""
        found: dict[str, list[str]] = {}
        for component in (label["component"] for label in (self.form or {}).get("components", [])):
            chosen = [str(each["value"]) for each in component.get("options", []) if each.get("default")]
            found |= {str(component["custom_id"]): chosen} if chosen else {}
        return found


class Person:
    """A person in the server, who does what people can do in Discord."""

    def __init__(
        self, world: "World", actor: simcord.MemberActor, channel: simcord.ChannelHandle | None = None
    ) -> None:
        self.world = world
        self.actor = actor
        self._channel = channel
        self.id = actor.id
        self.mention = actor.mention

    @property
    def channel(self) -> simcord.ChannelHandle:
        """The channel where the person is: the library, or one in another server."""
        return self._channel or self.world.library

    async def uses(self, command: str, /, **options: Any) -> Answer:
        """Use a slash command in the library."""
        return await self.world.live(self.actor.slash(self.channel, command, **options))

    async def uses_in_dm(self, command: str, /, **options: Any) -> Answer:
        """Use a slash command in the direct messages with the bot."""
        return await self.world.live(self.actor.user.slash(command, **options))

    async def types(self, command: str, option: str, typed: str, /, **filled: Any) -> dict[str, Any]:
        """Type into an option and return the choices offered, values by name."""
        offered = await self.actor.autocomplete(self.channel, command, option, typed, **filled)
        return {each["name"]: each["value"] for each in offered}

    async def taps(self, shown: Shown, label: str) -> Answer:
        """Tap a button."""
        tap = self._in(shown).click(shown.handle(), custom_id=shown.custom_id(label))
        return await self.world.live(tap)

    async def chooses(self, shown: Shown, placeholder: str, choice: Any) -> Answer:
        """Choose in a select."""
        return await self.chooses_all(shown, placeholder, [choice])

    async def chooses_all(self, shown: Shown, placeholder: str, choices: list[Any]) -> Answer:
        """Choose several in a select."""
        custom_id = shown.custom_id(placeholder)
        return await self.world.live(self._in(shown).select(shown.handle(), choices, custom_id=custom_id))

    async def sends(self, opened: Answer, /, **values: Any) -> Answer:
        """Fill in a form and send it. What it has chosen stays chosen, as in Discord's client."""
        return await self.world.live(self.actor.submit_modal(opened.result, {**opened.chosen(), **values}))

    async def sends_in_dm(self, opened: Answer, /, **values: Any) -> Answer:
        """Fill in a form that was opened in direct messages, and send it."""
        return await self.world.live(self.actor.user.submit_modal(opened.result, values))

    async def forges(self, custom_id: str, shown: Shown | None = None, **data: Any) -> Answer:
        """Send a tap on a component that the message (by default the card) does not have."""
        shown = shown or self.world.card()
        return await self.world.live(self._forge(custom_id, shown, data))

    async def forges_form(self, custom_id: str, fields: dict[str, str], *, chosen: bool = False) -> Answer:
        """Send a form that was not opened, with fields by name: typed, or `chosen` in selects."""
        inputs = [
            {"type": ComponentType.STRING_SELECT, "custom_id": name, "values": [value]}
            if chosen
            else {"type": ComponentType.TEXT_INPUT, "custom_id": name, "value": value}
            for name, value in fields.items()
        ]
        labels = [{"type": ComponentType.LABEL, "component": each} for each in inputs]
        data = {"custom_id": custom_id, "components": labels}
        return await self.world.live(
            actors._dispatch_actor_interaction(  # noqa: SLF001 - the public way is what a fair client can do
                self.actor, InteractionType.MODAL_SUBMIT, self.channel, data
            )
        )

    async def forges_command(self, name: str, *options: dict[str, Any], is_direct: bool = False) -> Answer:
        """Use a command that their client would not offer, in the server or in direct messages."""
        root = self.world.env.backend.find_command(name, self.world.guild.id, type=1)
        assert root is not None
        data = {"id": root["id"], "name": name, "type": 1, "options": list(options)}
        actor, channel = (
            (self.actor.user, self.actor.user.dm_channel) if is_direct else (self.actor, self.channel)
        )
        return await self.world.live(
            actors._dispatch_actor_interaction(  # noqa: SLF001 - the public way is what a fair client can do
                actor, InteractionType.APPLICATION_COMMAND, channel, data
            )
        )

    async def _forge(self, custom_id: str, shown: Shown, data: dict[str, Any]) -> simcord.InteractionResult:
        backend = self.world.env.backend
        given = {"custom_id": custom_id, "component_type": ComponentType.BUTTON, **data}
        button = {"type": given["component_type"], "custom_id": custom_id, "style": 2, "label": "Forged"}
        message = dict(serializers.message_payload(backend, shown.message))
        message["components"] = [{"type": ComponentType.ACTION_ROW, "components": [button]}]
        channel = simcord.ChannelHandle(
            self.world.env, self.actor.guild, backend.get_channel(shown.message.channel_id)
        )
        return await actors._dispatch_actor_interaction(  # noqa: SLF001 - see above
            self._in(shown),
            InteractionType.MESSAGE_COMPONENT,
            channel,
            given,
            extra={"message": message},
            source_message_id=shown.message.id,
        )

    def _in(self, shown: Shown) -> Any:
        is_direct = self.world.env.backend.get_channel(shown.message.channel_id).guild_id is None
        return self.actor.user if is_direct else self.actor

    @property
    def direct_messages(self) -> list[Shown]:
        """What is in their direct messages with the bot now, oldest first, answers to commands left out."""
        found = self.world.messages_in(self.actor.user.dm_channel.id)
        return [each for each in found if not each.is_private]

    async def opens(self, **options: Any) -> Answer:
        """Open a session with /sit, or join the one that is open."""
        return await self.uses("sit", **options)

    async def sits(self) -> Answer:
        """Take a seat by a tap on the card."""
        return await self.taps(self.world.card(), "Sit")

    async def slips_out(self) -> Answer:
        """Give up the seat by a tap on the card."""
        return await self.taps(self.world.card(), "Slip out")

    async def nods(self) -> Answer:
        """Nod by a tap on the card."""
        return await self.taps(self.world.card(), "Nod")

    async def removes_room(self, room: str) -> Answer:
        """Remove a room by command, and confirm it."""
        asked = await self.uses("quiet room remove", room=room)
        return await self.taps(asked.panel, "Remove it")

    async def agrees(self, purpose_button: str) -> Answer:
        """Agree to a purpose in /me, by the button that asks for it."""
        me = await self.uses("me")
        asked = await self.taps(me.panel, purpose_button)
        return await self.taps(asked.panel, "Yes")
