"""A member's private panel of one server, and in direct messages the choice of that server."""

from bot.checkins.personal.service import Checkins
from bot.gateway.client import Interaction
from bot.gateway.shared_servers import check_server
from bot.privacy.consent.rules import in_force, outdated
from bot.privacy.consents import Consents
from bot.privacy.export import MemberData
from bot.rooms.notices.service import RoomNotices
from bot.scheduling.clock import Clock
from bot.weeks.service import WeeklyCounts
from cogs.privacy import panels, routes
from cogs.ui.panels import chosen, send_panel, texts_for
from cogs.ui.routes import NoPayload


class MePanel:
    """Shows a member's choices in one server."""

    def __init__(
        self,
        consents: Consents,
        checkins: Checkins,
        notices: RoomNotices,
        weekly_counts: WeeklyCounts,
        member_data: MemberData,
        clock: Clock,
    ) -> None:
        self._consents = consents
        self._checkins = checkins
        self._notices = notices
        self._weekly_counts = weekly_counts
        self._member_data = member_data
        self._clock = clock

    async def show(self, interaction: Interaction) -> None:
        """Show this server's panel; in direct messages, that of the only server with data, or a choice."""
        if interaction.guild_id is not None:
            await self._show_in(interaction, interaction.guild_id)
            return
        known = await self._member_data.servers_of(interaction.user.id)
        servers = await interaction.client.shared_servers.with_bot(known)
        if len(servers) == 1:
            await self._show_in(interaction, servers[0].id)
        else:
            await send_panel(interaction, panels.choose_server(servers, texts_for(interaction)))

    @routes.CHOOSE_ME.handler
    async def show_chosen(self, interaction: Interaction, _: NoPayload) -> None:
        """Show the panel of the server that was chosen."""
        guild_id = chosen(interaction, int)
        known = await self._member_data.servers_of(interaction.user.id)
        await check_server(interaction, guild_id, is_known=guild_id in known)
        await self._show_in(interaction, guild_id)

    async def _show_in(self, interaction: Interaction, guild_id: int) -> None:
        member_id, say = interaction.user.id, texts_for(interaction)
        cadence = await self._checkins.find(member_id, guild_id)
        weeks = await self._weekly_counts.recent_weeks(member_id, guild_id)
        consents = await self._consents.of_member(member_id, guild_id)
        choices = panels.MemberChoices(
            guild_id,
            await interaction.client.server_name(guild_id, say),
            in_force(consents),
            frozenset(each.purpose for each in outdated(consents)),
            cadence,
            await self._notices.overview(member_id, guild_id),
            await self._checkins.next_at(cadence.cadence_id) if cadence else None,
            weeks,
            await self._weekly_counts.picture(weeks, interaction.locale.value),
        )
        await send_panel(interaction, *panels.me(choices, self._clock.now(), say))
