"""The panel of a member's room notices: choosing rooms, agreeing, sound, quiet hours, starting again."""

from collections.abc import Collection

from discord import ui

from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.interactions import guild_id_of, may_enter
from bot.gateway.shared_servers import check_server
from bot.privacy.consent.model import Purpose
from bot.privacy.consent.receipt import Receipt
from bot.privacy.consents import Consents
from bot.rooms.model import Room
from bot.rooms.notices.model import NoticeOverview
from bot.rooms.notices.service import RoomNotices
from bot.rooms.service import Rooms
from cogs.rooms import notice_panels, routes
from cogs.ui import receipts
from cogs.ui.direct_messages import DirectMessageOpener
from cogs.ui.forms import Form, typed
from cogs.ui.links import GuildRef
from cogs.ui.panels import (
    chosen_all,
    locale_of,
    panel,
    replace_panel,
    send_panel,
    shown_as_chosen,
    texts_for,
)
from cogs.ui.routes import NoPayload
from cogs.ui.servers import named_server
from cogs.ui.time_format import clock
from cogs.ui.typed_values import TypedValues


class NoticeButtons:
    """Shows which rooms a member gets notices of. Nothing is saved before they agree."""

    def __init__(
        self, notices: RoomNotices, consents: Consents, rooms: Rooms, opener: DirectMessageOpener
    ) -> None:
        self._notices = notices
        self._consents = consents
        self._rooms = rooms
        self._opener = opener

    @routes.ASK_NOTICES.handler
    async def ask(self, interaction: Interaction, payload: routes.RoomId) -> None:
        """Add a room for a member whose notices are on; explain them to another."""
        guild_id, member_id = guild_id_of(interaction), interaction.user.id
        room = await self._rooms.get(guild_id, payload.room_id)
        if not may_enter(interaction, room.channel_id):
            raise RefusalError("refusals.room_gone")
        overview = await self._notices.overview(member_id, guild_id)
        if overview.settings is not None and not overview.is_outdated:
            wanted = {*overview.room_ids, room.room_id}
            overview = await self._notices.choose(member_id, guild_id, wanted, among=())
        await self._send(interaction, overview, {room.room_id})

    @routes.SHOW_NOTICES.handler
    async def show(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the panel of this server."""
        await self.show_current(interaction)

    async def show_current(self, interaction: Interaction) -> None:
        """Show the panel of this server as it is now. Raises RefusalError in direct messages."""
        overview = await self._notices.overview(interaction.user.id, guild_id_of(interaction))
        await self._send(interaction, overview)

    @routes.CHANGE_NOTICES.handler
    async def change(self, interaction: Interaction, payload: GuildRef) -> None:
        """Show the panel of a server to a member whose notices are on there."""
        overview = await self._overview(interaction, payload)
        if overview.settings is None:
            raise RefusalError("refusals.notices_off")
        await self._send(interaction, overview)

    @routes.CHOOSE_NOTICES.handler
    async def choose(self, interaction: Interaction, payload: GuildRef) -> None:
        """Change the rooms of a member whose notices are on; else only show what they chose."""
        room_ids, overview = set(chosen_all(interaction, int)), await self._overview(interaction, payload)
        if overview.settings is not None:
            among = {each.room_id for each in await self._choices(interaction, overview)}
            member_id, guild_id = interaction.user.id, payload.guild_id
            overview = await self._notices.choose(member_id, guild_id, room_ids & among, among)
        await self._replace(interaction, overview, room_ids)

    @routes.AGREE_TO_NOTICES.handler
    async def agree(self, interaction: Interaction, payload: routes.NoticeConsent) -> None:
        """Save the consent with the rooms that the panel shows as chosen, and show the receipt."""
        guild_id, member_id = guild_id_of(interaction), interaction.user.id
        rooms = await self._seen(interaction)
        room_ids = set(shown_as_chosen(interaction, int)) & {each.room_id for each in rooms}
        async with self._consents.agreements.begin(member_id, guild_id, Purpose.ROOM_NOTICES) as agreement:
            self._notices.check(payload.version)
            direct = await self._opener.open(interaction)
            agreement.check()
            consent = await self._notices.agree(
                member_id,
                guild_id,
                room_ids,
                payload.version,
                direct.channel_id,
                direct.opens_at,
                locale_of(interaction),
            )
            say, is_waiting = texts_for(interaction), direct.channel_id == 0
            text = notice_panels.begun(rooms, room_ids, say, is_waiting=is_waiting)
            agreement.check()
            await replace_panel(interaction, await receipts.given(interaction, Receipt.of(consent), text))

    @routes.DECLINE_NOTICES.handler
    async def decline(self, interaction: Interaction, _: NoPayload) -> None:
        """Say that nothing was changed."""
        await replace_panel(interaction, panel([texts_for(interaction)("consent.declined")]))

    @routes.SWITCH_SOUND.handler
    async def switch_sound(self, interaction: Interaction, payload: routes.NoticeSwitch) -> None:
        """Turn the sound of notices on or off."""
        overview = await self._notices.set_sound(interaction.user.id, payload.guild_id, sound=payload.is_on)
        await self._replace(interaction, overview)

    @routes.ASK_QUIET_HOURS.handler
    async def ask_hours(self, interaction: Interaction, payload: GuildRef) -> None:
        """Open the form for quiet hours."""
        overview = await self._notices.overview(interaction.user.id, payload.guild_id)
        if overview.settings is None:
            raise RefusalError("refusals.notices_off")
        await interaction.response.send_modal(await self.hours_form(interaction, payload))

    @routes.SET_QUIET_HOURS.form
    async def hours_form(self, interaction: Interaction, payload: GuildRef) -> Form:
        """Return the form for quiet hours."""
        overview = await self._notices.overview(interaction.user.id, payload.guild_id)
        settings, say = overview.settings, texts_for(interaction)
        begin = settings.quiet_start_minute if settings else None
        end = settings.quiet_end_minute if settings else None
        form = Form(say("notices.form.title"), routes.SET_QUIET_HOURS.of(payload))
        for name, minute in (("from", begin), ("until", end)):
            value = "" if minute is None else clock(minute)
            hint = say("notices.form.hint") if name == "from" else None
            form.ask(name, say(f"notices.form.{name}"), description=hint, value=value, required=False)
        hint = say("notices.form.zone_hint")
        zone = settings.zone if settings else ""
        return form.ask("zone", say("notices.form.zone"), description=hint, value=zone)

    @routes.SET_QUIET_HOURS.handler
    async def set_hours(self, interaction: Interaction, payload: GuildRef) -> None:
        """Save quiet hours that were typed."""
        given, read = typed(interaction), TypedValues.of(interaction)
        begin, end = (
            read.minute(text) if (text := given.text(name)).strip() else None for name in ("from", "until")
        )
        zone, member_id = read.zone(given.text("zone")), interaction.user.id
        overview = await self._notices.set_quiet_hours(member_id, payload.guild_id, zone, begin, end)
        await self._replace(interaction, overview)

    @routes.RESTART_NOTICES.handler
    async def restart(self, interaction: Interaction, payload: GuildRef) -> None:
        """Let notices come again that were paused, stopped or could not be delivered."""
        await self._replace(interaction, await self._notices.restart(interaction.user.id, payload.guild_id))

    async def _overview(self, interaction: Interaction, payload: GuildRef) -> NoticeOverview:
        """Return the member's notices in the server that a payload names, if they may act there."""
        overview = await self._notices.overview(interaction.user.id, payload.guild_id)
        await check_server(interaction, payload.guild_id, is_known=overview.settings is not None)
        return overview

    async def _send(
        self, interaction: Interaction, overview: NoticeOverview, suggested: Collection[int] = ()
    ) -> None:
        rooms = await self._choices(interaction, overview)
        await send_panel(interaction, await self._view(interaction, overview, rooms, suggested))

    async def _replace(
        self, interaction: Interaction, overview: NoticeOverview, suggested: Collection[int] = ()
    ) -> None:
        rooms = await self._choices(interaction, overview)
        await replace_panel(interaction, await self._view(interaction, overview, rooms, suggested))

    async def _view(
        self,
        interaction: Interaction,
        overview: NoticeOverview,
        rooms: list[Room],
        suggested: Collection[int],
    ) -> ui.LayoutView:
        say, now = texts_for(interaction), interaction.client.services.clock.now()
        if overview.settings is None:
            return notice_panels.proposal(overview.guild_id, rooms, suggested, say)
        server = await named_server(interaction, overview.guild_id)
        return notice_panels.status(overview, overview.settings, rooms, now, say, server)

    async def _choices(self, interaction: Interaction, overview: NoticeOverview) -> list[Room]:
        """Return the rooms that the panel offers: those that the member sees, elsewhere only their own."""
        if interaction.guild_id is not None:
            return await self._seen(interaction)
        rooms = await self._rooms.of_guild(overview.guild_id)
        return [each for each in rooms if each.room_id in overview.room_ids]

    async def _seen(self, interaction: Interaction) -> list[Room]:
        """Return the server's rooms that the member can see. Raises RefusalError if there are none."""
        rooms = await self._rooms.of_guild(guild_id_of(interaction))
        seen = [each for each in rooms if may_enter(interaction, each.channel_id)]
        if not seen:
            raise RefusalError("refusals.no_rooms")
        return seen
