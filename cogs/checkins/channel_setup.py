"""Where moderators set up channel check-ins, by command or panel. They see times, never people."""

import contextlib
from collections.abc import Sequence

from discord import ButtonStyle, ui

from bot.checkins.channel.model import ChannelCheckin, ListedCheckin, is_resting
from bot.checkins.channel.service import ChannelCheckins
from bot.errors import RefusalError, StaleError
from bot.gateway.answers import FAILED
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of
from bot.scheduling.wall_time import MONDAY_TO_SUNDAY
from bot.servers.service import ServerSettings
from bot.texts.catalogue import Markup, Say, plain
from bot.texts.joining import comma_separated
from cogs.checkins import routes
from cogs.ui.bot_permissions import usable_channel
from cogs.ui.forms import Form, typed
from cogs.ui.links import SHOW_SETUP
from cogs.ui.panels import (
    Component,
    button,
    channel_select,
    chosen,
    panel,
    replace_panel,
    select,
    send_panel,
    texts_for,
)
from cogs.ui.pauses import paused_line
from cogs.ui.routes import NoPayload
from cogs.ui.time_format import clock, day_names
from cogs.ui.typed_values import TypedValues

_LONGEST_CHOICE = 100  # of Discord's, in a select as in a completion


class ChannelCheckinSetup:
    """Changes a server's channel check-ins. Every method answers with the updated panel."""

    def __init__(self, guilds: ServerSettings, channel_checkins: ChannelCheckins) -> None:
        self._guilds = guilds
        self._checkins = channel_checkins

    async def show(self, interaction: Interaction, done: str = "") -> None:
        """Show the panel privately, or update the one that was tapped."""
        listed = await self._checkins.listed(guild_id_of(interaction))
        choices = _choices(interaction, [each.one for each in listed])
        say = texts_for(interaction)
        paused = paused_line(await self._guilds.get(guild_id_of(interaction)), say)
        view = page(listed, choices, say, done, paused)
        if interaction.message is not None:
            await replace_panel(interaction, view)
        else:
            await send_panel(interaction, view)

    async def add(
        self, interaction: Interaction, channel_id: int, days: str, time: str, zone: str | None = None
    ) -> None:
        """Set up check-ins in a channel; in the server's time zone if none is given."""
        guild_id, read = guild_id_of(interaction), TypedValues.of(interaction)
        channel, say = usable_channel(interaction, channel_id), read.say
        weekdays, minute = read.weekly(days, time)
        in_zone = read.zone(zone) if zone else (await self._guilds.get(guild_id)).zone
        one = await self._checkins.add(guild_id, channel.id, weekdays, minute, in_zone)
        await self.show(interaction, say("setup.open.done_added", where=_where(one), when=when(one, say)))

    async def ask_removal(self, interaction: Interaction, channel_checkin_id: int) -> None:
        """Ask before a channel check-in is removed. Raises RefusalError if the server has no such one."""
        asked = await self._get(interaction, channel_checkin_id)
        view = removal_question(asked, texts_for(interaction))
        await (replace_panel if interaction.message is not None else send_panel)(interaction, view)

    @routes.REMOVE_CHANNEL_CHECKIN.handler
    async def remove(self, interaction: Interaction, payload: routes.ChannelCheckinRef) -> None:
        """Remove a channel check-in, if it is as the question showed it; otherwise ask again."""
        guild_id, say = guild_id_of(interaction), texts_for(interaction)
        number, seen = payload.channel_checkin_id, payload.fingerprint
        try:
            one = await self._checkins.remove(guild_id, number, seen=seen)
        except StaleError as stale:
            asked = await self._get(interaction, number)
            await replace_panel(interaction, removal_question(asked, say, say(stale.key)))
            return
        await self.show(interaction, say("setup.open.done_removed", where=_where(one), when=when(one, say)))
        if one.message_id is not None:  # the one in view is deleted too, after the answer
            channel = interaction.client.get_partial_messageable(one.channel_id, guild_id=one.guild_id)
            with contextlib.suppress(*FAILED):
                await channel.get_partial_message(one.message_id).delete()

    async def _get(self, interaction: Interaction, channel_checkin_id: int) -> ListedCheckin:
        found = await self._checkins.listed(guild_id_of(interaction))
        asked = next((each for each in found if each.one.channel_checkin_id == channel_checkin_id), None)
        if asked is None:
            raise RefusalError("refusals.open_removed")
        return asked

    async def choices(self, interaction: Interaction) -> list[tuple[str, str]]:
        """Return the server's channel check-ins as choices: names and numbers."""
        return _choices(interaction, await self._checkins.of_guild(guild_id_of(interaction)))

    # Buttons, selects and forms

    @routes.SHOW_CHANNEL_CHECKINS.handler
    async def again(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the panel."""
        await self.show(interaction)

    @routes.CHOOSE_CHANNEL.handler
    async def ask_times(self, interaction: Interaction, _: NoPayload) -> None:
        """Open the form for the times in the channel that was chosen."""
        channel = usable_channel(interaction, chosen(interaction, int))
        form = await self.times_form(interaction, routes.ChannelRef(channel.id))
        await interaction.response.send_modal(form)

    @routes.ADD_CHANNEL_CHECKIN.form
    async def times_form(self, interaction: Interaction, payload: routes.ChannelRef) -> Form:
        """Return the form for the times in a channel."""
        say = texts_for(interaction)
        return (
            Form(say("setup.open.form"), routes.ADD_CHANNEL_CHECKIN.of(payload))
            .ask("days", say("setup.open.days"), description=say("setup.open.days_hint"))
            .ask("time", say("setup.form.time"), description=say("setup.form.time_hint"))
        )

    @routes.ADD_CHANNEL_CHECKIN.handler
    async def add_typed(self, interaction: Interaction, payload: routes.ChannelRef) -> None:
        """Save the times that were typed."""
        given = typed(interaction)
        await self.add(interaction, payload.channel_id, given.text("days"), given.text("time"))

    @routes.BEGIN_AGAIN.handler
    async def begin(self, interaction: Interaction, _: NoPayload) -> None:
        """Restart the channel check-ins that stopped."""
        count = await self._checkins.begin_again(guild_id_of(interaction))
        done = "setup.open.done_begun" if count else "setup.open.none_begun"
        await self.show(interaction, texts_for(interaction)(done))

    @routes.ASK_REMOVE_CHANNEL_CHECKIN.handler
    async def ask_removal_of_chosen(self, interaction: Interaction, _: NoPayload) -> None:
        """Ask before the channel check-in that the moderator chose is removed."""
        await self.ask_removal(interaction, chosen(interaction, int))


def _choices(interaction: Interaction, found: Sequence[ChannelCheckin]) -> list[tuple[str, str]]:
    guild, say = interaction.guild, texts_for(interaction)
    named = []
    for one in found:
        channel = guild.get_channel(one.channel_id) if guild else None
        where = f"#{channel.name}: " if channel else ""
        name = f"{where}{plain(when(one, say))}"
        named.append((name[:_LONGEST_CHOICE], str(one.channel_checkin_id)))
    return named


def page(
    listed: Sequence[ListedCheckin],
    choices: Sequence[tuple[str, str]],
    say: Say,
    done: str = "",
    paused: str = "",
) -> ui.LayoutView:
    """Return the panel; `choices` are names and numbers, `done` says what was just changed.

    `paused` says that moderators pause the server.
    """
    lines = [_line(each, say) for each in listed] or [say("setup.open.none")]
    rows = [[channel_select(say("setup.open.add"), routes.CHOOSE_CHANNEL())]]
    if listed:
        named = [(number, name) for name, number in choices]
        rows.append([select(say("setup.open.remove"), routes.ASK_REMOVE_CHANNEL_CHECKIN(), named)])
    rows.append(
        [*begin_buttons([each.one for each in listed], say), button(say("setup.button.back"), SHOW_SETUP())]
    )
    texts = [say("setup.open.title"), paused, say("setup.open.what"), "\n".join(lines), done]
    return panel(texts, rows)


def removal_question(each: ListedCheckin, say: Say, stale: str = "") -> ui.LayoutView:
    """Return the question before a channel check-in is removed; `stale` says why it is asked again."""
    one, lines = each.one, [say("setup.open.ask_remove", where=_where(each.one), when=when(each.one, say))]
    if each.next_at is not None:
        lines.append(say("setup.open.goes_next", next=each.next_at))
    if one.message_id is not None:
        lines.append(say("setup.open.goes_message"))
    remove = routes.REMOVE_CHANNEL_CHECKIN(one.channel_checkin_id, each.fingerprint)
    buttons = [
        button(say("setup.button.remove_checkin"), remove, ButtonStyle.danger),
        button(say("setup.button.keep_checkin"), routes.SHOW_CHANNEL_CHECKINS()),
    ]
    return panel(["\n".join(lines), stale], [buttons])


def begin_buttons(listed: Sequence[ChannelCheckin], say: Say) -> list[Component]:
    """Return the button that restarts stopped channel check-ins, if there are any."""
    is_needed = any(is_resting(one) for one in listed)
    return [button(say("setup.button.begin"), routes.BEGIN_AGAIN())] if is_needed else []


def when(one: ChannelCheckin, say: Say) -> Markup:
    """Return the times of a channel check-in in words."""
    is_daily = one.weekdays == MONDAY_TO_SUNDAY
    days = say("times.daily") if is_daily else comma_separated(day_names(one.weekdays, say), say)
    return say("setup.open.when", days=days, time=clock(one.local_minute), zone=one.zone)


def _line(each: ListedCheckin, say: Say) -> str:
    if each.next_at is None:
        return say("setup.open.resting", where=_where(each.one), when=when(each.one, say))
    return say("setup.open.line", where=_where(each.one), when=when(each.one, say), next=each.next_at)


def _where(one: ChannelCheckin) -> Markup:
    return Markup(f"<#{one.channel_id}>")
