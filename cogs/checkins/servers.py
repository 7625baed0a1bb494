"""The server that `/checkins` is about; in direct messages, members choose it by name."""

from bot.checkins.personal.service import Checkins
from bot.errors import RefusalError
from bot.gateway.client import Interaction
from bot.gateway.shared_servers import check_server
from bot.privacy.export import MemberData
from bot.servers.service import ServerSettings
from cogs.checkins import panels, routes
from cogs.checkins.choice_buttons import ChoiceButtons
from cogs.checkins.choices import Choices, Wanted
from cogs.checkins.status import CheckinStatus
from cogs.ui.forms import Form, typed
from cogs.ui.panels import chosen, send_panel, texts_for

_LONGEST_NAME = 100  # of a server


class CheckinServers:
    """Opens a member's check-ins in one server: a proposal, or what they have."""

    def __init__(
        self,
        checkins: Checkins,
        settings: ServerSettings,
        member_data: MemberData,
        choosing: ChoiceButtons,
        status: CheckinStatus,
    ) -> None:
        self._checkins = checkins
        self._settings = settings
        self._member_data = member_data
        self._choosing = choosing
        self._status = status

    async def open(self, interaction: Interaction, wanted: Wanted, *, as_new: bool = False) -> None:
        """Open this server's check-ins; in direct messages, those of the only shared server or a choice.

        `as_new`: in a new panel, not in the one that was tapped.
        """
        if interaction.guild_id is not None:
            await self._open_in(interaction, interaction.guild_id, wanted, as_new=as_new)
            return
        known = await self._member_data.servers_of(interaction.user.id)
        servers = await interaction.client.shared_servers.of(interaction.user.id, known)
        if len(servers) == 1:
            await self._open_in(interaction, servers[0].id, wanted, as_new=as_new)
        else:
            await send_panel(interaction, panels.choose_server(wanted, servers, texts_for(interaction)))

    async def open_current(self, interaction: Interaction) -> None:
        """Open check-ins as they are, after a tap on a panel that is out of date."""
        await self.open(interaction, Wanted(), as_new=True)

    @routes.CHOOSE_SERVER.handler
    async def open_chosen(self, interaction: Interaction, wanted: Wanted) -> None:
        """Open check-ins in the server that was chosen."""
        guild_id = chosen(interaction, int)
        known = await self._member_data.servers_of(interaction.user.id)
        await check_server(interaction, guild_id, is_known=guild_id in known)
        await self._open_in(interaction, guild_id, wanted)

    @routes.ASK_SERVER.handler
    async def ask_server(self, interaction: Interaction, wanted: Wanted) -> None:
        """Open the form for a server's name."""
        await interaction.response.send_modal(await self.server_form(interaction, wanted))

    @routes.SET_SERVER.form
    async def server_form(self, interaction: Interaction, wanted: Wanted) -> Form:
        """Return the form for a server's name."""
        say = texts_for(interaction)
        form = Form(say("servers.form"), routes.SET_SERVER.of(wanted))
        return form.ask("server", say("servers.name"), longest=_LONGEST_NAME)

    @routes.SET_SERVER.handler
    async def open_typed(self, interaction: Interaction, wanted: Wanted) -> None:
        """Open check-ins in the server whose name was typed."""
        name = typed(interaction).text("server")
        member_id = interaction.user.id
        known = await self._member_data.servers_of(member_id)
        servers = await interaction.client.shared_servers.named(member_id, name, known)
        if not servers:
            raise RefusalError("refusals.server_unknown", typed=name[:_LONGEST_NAME])
        if len(servers) == 1:
            await self._open_in(interaction, servers[0].id, wanted)
        else:
            await send_panel(interaction, panels.choose_server(wanted, servers, texts_for(interaction)))

    async def _open_in(
        self, interaction: Interaction, guild_id: int, wanted: Wanted, *, as_new: bool = False
    ) -> None:
        overview = await self._checkins.find_overview(interaction.user.id, guild_id)
        if overview is not None and wanted == Wanted():
            await self._status.show(interaction, overview)
            return
        server = await self._settings.get(guild_id)
        choices = Choices.of(overview.cadence) if overview else Choices.usual(guild_id, server.zone)
        is_suggested = wanted == Wanted()
        await self._choosing.propose(
            interaction, wanted.applied_to(choices), is_suggested=is_suggested, as_new=as_new
        )
