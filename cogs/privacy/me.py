"""A member's private panel of one server, and in direct messages the choice of that server."""

from bot.gateway.client import Interaction
from bot.gateway.shared_servers import check_server
from bot.member_overview import MemberOverviews
from bot.privacy.export import MemberData
from bot.scheduling.clock import Clock
from bot.weeks.service import WeeklyCounts
from cogs.privacy import panels, routes
from cogs.ui.panels import chosen, send_panel, texts_for
from cogs.ui.routes import NoPayload


class MePanel:
    """Shows a member's choices in one server."""

    def __init__(
        self,
        overviews: MemberOverviews,
        weekly_counts: WeeklyCounts,
        member_data: MemberData,
        clock: Clock,
    ) -> None:
        self._overviews = overviews
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
        say = texts_for(interaction)
        overview = await self._overviews.of_member(interaction.user.id, guild_id)
        server = await interaction.client.server_name(guild_id, say)
        picture = await self._weekly_counts.picture(overview.weeks, interaction.locale.value)
        await send_panel(interaction, *panels.me(overview, server, picture, self._clock.now(), say))
